//! PostgreSQL goes away and comes back. Between Polity and PostgreSQL stands a wire of the test's own that can
//! be cut (the server was stopped), frozen (it hangs), and mended.

use std::time::Duration;

use polity_testkit::{Actor, Engine, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::instance::{Instance, on};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wire {
    Whole,
    Cut,
    Frozen,
}

/// Puts the wire between the instance and its database.
async fn wire(instance: &mut Instance) -> watch::Sender<Wire> {
    let url = instance.setting("POLITY_DATABASE_URL").expect("PostgreSQL").to_owned();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, name) = rest.rsplit_once('/').unwrap();
    let (user, target) = authority.rsplit_once('@').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    instance.set("POLITY_DATABASE_URL", &format!("{scheme}://{user}@{address}/{name}"));
    let (state, watched) = watch::channel(Wire::Whole);
    tokio::spawn(carry(listener, target.to_owned(), watched));
    state
}

async fn carry(listener: TcpListener, target: String, state: watch::Receiver<Wire>) {
    while let Ok((near, _)) = listener.accept().await {
        if *state.borrow() == Wire::Cut {
            continue;
        }
        let Ok(far) = TcpStream::connect(&target).await else { continue };
        let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
        tokio::spawn(pump(near_read, far_write, state.clone()));
        tokio::spawn(pump(far_read, near_write, state.clone()));
    }
}

/// Carries one direction while the wire is whole; what comes while it is frozen arrives afterwards.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Wire>) {
    let mut buffer = vec![0; 65_536];
    loop {
        let Ok(now) = state.wait_for(|now| *now != Wire::Frozen).await.map(|now| *now) else { return };
        if now == Wire::Cut {
            return;
        }
        tokio::select! {
            read = from.read(&mut buffer) => match read {
                Ok(length) if length > 0 && to.write_all(&buffer[..length]).await.is_ok() => {}
                _ => return,
            },
            changed = state.changed() => if changed.is_err() { return },
        }
    }
}

async fn eventually(status: u16, actor: &Actor, path: &str) {
    let begin = Instant::now();
    loop {
        let answer = actor.get(path).await;
        if answer.status == status {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{path}: {} {}", answer.status, answer.text);
        sleep(Duration::from_millis(50)).await;
    }
}

async fn outage(state: Wire) {
    if !Engine::available().contains(&Engine::Postgres) {
        return;
    }
    on(Engine::Postgres, async |instance| {
        instance.set("POLITY_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
        instance.set("POLITY_HTTP__REQUEST_TIMEOUT_SECONDS", "2");
        // Fewer than the requests below: a connection that leaked would be missed.
        instance.set("POLITY_DATABASE__MAX_CONNECTIONS", "2");
        let wire = wire(instance).await;
        let server = instance.start().await;
        let root = server.administrator().await;
        let acme = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let path = format!("/api/v1/organizations/{}", acme["id"].as_str().unwrap());
        root.get("/readyz").await.ok(200);
        wire.send(state).unwrap();
        eventually(503, &root, "/readyz").await;
        for _ in 0..2 {
            root.get("/healthz").await.ok(200);
            for answer in
                [root.get(&path).await, root.post("/api/v1/organizations", json!({"title": "Lost"})).await]
            {
                assert_eq!(answer.status, 503, "{}{}", answer.text, server.stderr());
                assert!(!answer.header("retry-after").is_empty());
                assert!(!answer.text.to_lowercase().contains("postgres"), "{}", answer.text);
            }
        }
        wire.send(Wire::Whole).unwrap();
        eventually(200, &root, "/readyz").await;
        eventually(200, &root, &path).await;
        let reads = (0..12).map(|_| {
            let (root, path) = (root.clone(), path.clone());
            tokio::spawn(async move { root.get(&path).await })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap().ok(200);
        }
        root.post("/api/v1/organizations", json!({"title": "Found"})).await.ok(201);
        server.stop().await;
        instance.doctor().await;
    })
    .await;
}

#[tokio::test]
async fn cra_05_while_postgresql_is_stopped_the_service_is_alive_but_not_ready_and_recovers_by_itself() {
    outage(Wire::Cut).await;
}

#[tokio::test]
async fn cra_05_while_postgresql_hangs_requests_end_in_time_and_the_service_recovers_by_itself() {
    outage(Wire::Frozen).await;
}
