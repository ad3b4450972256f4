//! The end: SIGTERM, with requests under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use polity_testkit::{Actor, Method, json};
use tokio::time::{Instant, sleep};

use crate::instance::on_each;

#[tokio::test]
async fn cra_09_requests_under_way_are_answered_before_the_end() {
    on_each(async |instance| {
        // Each sign-in takes a good part of a second, and only one is hashed at a time.
        instance.set("POLITY_SECURITY__ARGON2_MEMORY_KIB", "65536");
        instance.set("POLITY_SECURITY__ARGON2_ITERATIONS", "3");
        instance.set("POLITY_SECURITY__HASHING_THREADS", "1");
        let mut server = instance.start().await;
        server.administrator().await;
        let base_url = server.base_url.clone();
        let slow: Vec<_> = (0..4)
            .map(|_| {
                let base_url = base_url.clone();
                tokio::spawn(async move {
                    let body = json!({"email": "root@example.com", "password": polity_testkit::PASSWORD});
                    Actor::connect(&base_url).post("/api/v1/auth/login", body).await
                })
            })
            .collect();
        sleep(Duration::from_millis(100)).await;
        server.ask_to_end().await;
        for login in slow {
            login.await.unwrap().ok(200);
        }
        let status = server.ended().await;
        assert!(status.success(), "{status}: {}", server.stderr());
        assert!(Actor::connect(&base_url).try_send(Method::GET, "/healthz", None).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn cra_09_what_was_acknowledged_while_it_ended_is_there_afterwards() {
    on_each(async |instance| {
        let mut server = instance.start().await;
        let root = server.administrator().await;
        let ended = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..6).map(|i| tokio::spawn(write(root.clone(), i, ended.clone()))).collect();
        sleep(Duration::from_millis(400)).await;
        let begin = Instant::now();
        server.ask_to_end().await;
        let status = server.ended().await;
        assert!(status.success(), "{status}: {}", server.stderr());
        assert!(begin.elapsed() < Duration::from_secs(20), "within the grace");
        ended.store(true, Ordering::SeqCst);
        let mut made = Vec::new();
        for writer in writers {
            made.extend(writer.await.unwrap());
        }
        assert!(!made.is_empty());
        let server = instance.start().await;
        for id in made {
            root.get(&format!("/api/v1/organizations/{id}")).await.ok(200);
        }
        server.stop().await;
        instance.doctor().await;
    })
    .await;
}

/// Makes organizations until the service is gone; gives those that were acknowledged.
async fn write(root: Actor, writer: usize, ended: Arc<AtomicBool>) -> Vec<String> {
    let mut made = Vec::new();
    while !ended.load(Ordering::SeqCst) {
        let body = json!({"title": format!("Tenant {writer} {}", made.len())});
        match root.try_send(Method::POST, "/api/v1/organizations", Some(body)).await {
            Ok(answer) => made.push(answer.ok(201)["id"].as_str().unwrap().to_owned()),
            Err(_) => break,
        }
    }
    made
}
