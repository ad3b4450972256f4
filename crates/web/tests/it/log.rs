//! The access log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::read;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What is logged while a page is read: the text, and the access log's line.
async fn logged(uri: &str, headers: &[(&str, &str)]) -> (String, Value) {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(captured.clone())
        .with_max_level(tracing::Level::TRACE)
        .finish();
    read(uri, headers).with_subscriber(subscriber).await;
    let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let access: Vec<&Value> = lines.iter().filter(|line| line["target"] == "polity::access").collect();
    assert_eq!(access.len(), 1, "{text}");
    let line = access[0].clone();
    (text, line)
}

#[tokio::test]
async fn one_line_says_what_was_asked_and_answered() {
    let (_, line) =
        logged("/whoami?x=1", &[("x-request-id", "abc"), ("authorization", "Bearer pol_secret")]).await;
    let fields = &line["fields"];
    assert_eq!((line["level"].as_str(), fields["method"].as_str()), (Some("INFO"), Some("GET")));
    assert_eq!((fields["path"].as_str(), fields["status"].as_u64()), (Some("/whoami"), Some(200)));
    assert_eq!(
        (fields["request_id"].as_str(), fields["actor"].as_str()),
        (Some("abc"), Some("user_00000000000000000000000001"))
    );
    assert!(fields["latency_ms"].as_f64().unwrap() >= 0.0);
}

#[tokio::test]
async fn neither_query_nor_credential_is_logged() {
    let headers = [("authorization", "Bearer pol_secret"), ("user-agent", "agent_secret")];
    for uri in
        ["/whoami?token=query_secret", "/path_secret?token=query_secret", "/people?api_key=query_secret"]
    {
        let (text, _) = logged(uri, &headers).await;
        assert!(!text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn denials_stand_out() {
    for (uri, status) in
        [("/fail?mood=away", 401), ("/fail?mood=small", 403), ("/x", 404), ("/fail?mood=often", 429)]
    {
        let (_, line) = logged(uri, &[]).await;
        assert_eq!(
            (line["level"].as_str(), line["fields"]["denied"].as_bool()),
            (Some("WARN"), Some(true)),
            "{uri}"
        );
        assert_eq!(line["fields"]["status"], status);
    }
    let (_, line) = logged("/denies", &[]).await;
    let told = (&line["level"], &line["fields"]["denied"], &line["fields"]["status"]);
    assert_eq!(told, (&json!("WARN"), &json!(true), &json!(200)), "whatever the status is");
    assert_eq!(logged("/x", &[]).await.1["fields"]["path"], "unmatched");
}

#[tokio::test]
async fn the_cause_of_a_fault_is_logged_with_the_request_id() {
    for (uri, cause) in [("/fail?mood=grim", "select * from secrets"), ("/panic", "secret of the handler")] {
        let (text, line) = logged(uri, &[("x-request-id", "abc")]).await;
        assert_eq!(line["fields"]["code"], "internal");
        let error: Value = text
            .lines()
            .map(|l| serde_json::from_str::<Value>(l).unwrap())
            .find(|l| l["level"] == "ERROR")
            .unwrap();
        assert!(error["fields"]["cause"].as_str().unwrap().contains(cause));
        assert_eq!(error["fields"]["request_id"], "abc");
    }
}
