//! What only shows on a real connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{app, settings};

/// Serves the small server on a free port of loopback.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = app(settings()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

/// Sends bytes as they are and reads until the server is done.
async fn talk(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may hang up before it has read all; what it said counts.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = async { while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {} };
    let _ = tokio::time::timeout(Duration::from_millis(500), read).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

#[tokio::test]
async fn the_peer_is_the_client() {
    let answer = talk(serve().await, &get("/whoami", "x-forwarded-for: 1.2.3.4\r\n")).await;
    assert!(answer.contains(r#""address":"127.0.0.1""#), "{answer}");
}

#[tokio::test]
async fn blanks_behind_a_credential_are_no_part_of_it() {
    let answer = talk(serve().await, &get("/whoami", "Authorization: Api-Key pol_x \t\r\n")).await;
    assert!(answer.contains(r#""secret":"pol_x""#), "{answer}");
}

#[tokio::test]
async fn an_endless_chunked_body_is_answered_and_others_are_served() {
    let address = serve().await;
    let mut request = b"POST /people HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        transfer-encoding: chunked\r\n\r\n"
        .to_vec();
    for _ in 0..40 {
        request.extend_from_slice(b"10000\r\n");
        request.extend_from_slice(&vec![b' '; 65536]);
        request.extend_from_slice(b"\r\n");
    }
    let answer = talk(address, &request).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(talk(address, &get("/people/1", "")).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_announced_body_is_refused_before_it_is_sent() {
    let request = b"POST /people HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        content-length: 104857600\r\n\r\n";
    let answer = talk(serve().await, request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"), "{answer}");
}

#[tokio::test]
async fn ambiguous_framing_and_oversized_heads_are_refused() {
    let address = serve().await;
    let lengths = b"POST /people HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab";
    assert!(talk(address, lengths).await.starts_with("HTTP/1.1 400"));
    let many: String = "x-a: 1\r\n".repeat(10_000);
    assert!(talk(address, &get("/people/1", &many)).await.starts_with("HTTP/1.1 431"));
    let long = "x".repeat(1_000_000);
    assert!(talk(address, &get(&format!("/{long}"), "")).await.starts_with("HTTP/1.1 4"));
}

#[tokio::test]
async fn trace_and_connect_are_refused() {
    let address = serve().await;
    for request in ["TRACE /people HTTP/1.1", "CONNECT example.com:443 HTTP/1.1"] {
        let head = format!("{request}\r\nhost: x\r\nconnection: close\r\n\r\n");
        assert!(talk(address, head.as_bytes()).await.starts_with("HTTP/1.1 405"), "{request}");
    }
}
