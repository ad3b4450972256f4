//! Whose word is taken for where a request comes from. The test's peer is 10.0.0.1.

use axum::http::Method;
use polity_web::WebSettings;
use serde_json::Value;

use crate::server::{request, send_to, settings};

async fn address(trusted: &[&str], forwarded: &[&str]) -> Value {
    let trusted_proxies = trusted.iter().map(|net| net.parse().unwrap()).collect();
    let headers: Vec<_> = forwarded.iter().map(|line| ("x-forwarded-for", *line)).collect();
    let settings = WebSettings { trusted_proxies, ..settings() };
    send_to(settings, request(Method::GET, "/whoami", &headers)).await.body["address"].clone()
}

#[tokio::test]
async fn nobody_is_believed_unless_trusted() {
    assert_eq!(address(&[], &["1.2.3.4"]).await, "10.0.0.1");
    assert_eq!(address(&["10.9.0.0/16"], &["1.2.3.4"]).await, "10.0.0.1");
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_about_its_own_peer_only() {
    assert_eq!(address(&["10.0.0.0/8"], &["6.6.6.6, 1.2.3.4"]).await, "1.2.3.4");
    assert_eq!(address(&["10.0.0.0/8"], &["6.6.6.6", "1.2.3.4, 10.0.0.2"]).await, "1.2.3.4");
    assert_eq!(address(&["10.0.0.0/8"], &["10.0.0.3, 10.0.0.2"]).await, "10.0.0.3");
}

#[tokio::test]
async fn addresses_are_canonical() {
    assert_eq!(address(&["10.0.0.0/8"], &["::ffff:1.2.3.4"]).await, "1.2.3.4");
    assert_eq!(address(&["10.0.0.0/8"], &["6.6.6.6, ::ffff:10.0.0.9"]).await, "6.6.6.6");
    assert_eq!(address(&["10.0.0.0/8"], &["[2001:DB8::1]:443"]).await, "2001:db8::1");
    assert_eq!(address(&["10.0.0.0/8"], &["1.2.3.4:80"]).await, "1.2.3.4");
}

#[tokio::test]
async fn an_unreadable_entry_ends_the_walk() {
    for junk in ["", "unknown", "1.2.3", "1.2.3.4, <script>", "\u{e4}"] {
        assert_eq!(address(&["10.0.0.0/8"], &[junk]).await, "10.0.0.1", "{junk}");
    }
}

#[tokio::test]
async fn a_long_user_agent_is_cut() {
    let answer = crate::server::read("/whoami", &[("user-agent", &"x".repeat(5000))]).await;
    assert_eq!(answer.body["agent"].as_str().unwrap().len(), 256);
}
