//! CRA-03: the disk is full for a while.

use std::collections::BTreeSet;

use futures::future::join_all;
use polity_testkit::{Actor, Answer, Engine, Value, json};
use tokio::process::Command;

use crate::instance::on;
use crate::server::Server;

/// A file that may not grow is a disk without room: what SQLite writes fails, at the latest when it commits.
async fn room(server: &Server, bytes: &str) {
    let pid = server.pid().to_string();
    let limit = format!("--fsize={bytes}:unlimited");
    let status = Command::new("prlimit").args(["--pid", &pid, &limit]).status().await;
    assert!(status.expect("prlimit is there").success());
}

async fn create(root: &Actor, title: &str) -> Answer {
    root.post("/api/v1/organizations", json!({"title": title})).await
}

/// Of the tenants.
async fn titles(root: &Actor) -> BTreeSet<String> {
    let page = root.get("/api/v1/me/organizations?page_size=1000").await.ok(200);
    let title = |row: &Value| row["title"].as_str().unwrap().to_owned();
    let all = page["organizations"].as_array().unwrap().iter().map(title);
    all.filter(|title| title != "Polity").collect()
}

#[tokio::test]
async fn cra_03_what_is_acknowledged_after_the_disk_was_full_is_there_after_a_crash() {
    on(Engine::Sqlite, async |instance| {
        // Whoever writes more than they may is else ended by a signal.
        let mut server = instance.start_in("env --ignore-signal=XFSZ").await;
        let root = server.administrator().await;
        create(&root, "Before").await.ok(201);
        let mut acknowledged = BTreeSet::from(["Before".to_owned()]);
        for round in 0..3 {
            room(&server, "0").await;
            for i in 0..3 {
                let answer = create(&root, &format!("Refused {round} {i}")).await;
                assert_eq!(answer.status, 503, "{}", answer.body);
            }
            assert_eq!(titles(&root).await, acknowledged, "what is read is what was acknowledged");
            room(&server, "unlimited").await;
            // What leaves nothing to commit, and then what does.
            let taken = json!({"title": "Looked at", "slug": "before"});
            root.post("/api/v1/organizations", taken).await.problem(409, "slug_taken");
            for i in 0..3 {
                let title = format!("After {round} {i}");
                create(&root, &title).await.ok(201);
                acknowledged.insert(title);
            }
        }
        server.kill().await;
        let mut server = instance.start().await;
        assert_eq!(titles(&root).await, acknowledged);
        server.kill().await;
        instance.doctor().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_03_nobody_is_told_that_nothing_has_to_change_by_what_then_failed() {
    on(Engine::Sqlite, async |instance| {
        let server = instance.start_in("env --ignore-signal=XFSZ").await;
        let root = server.administrator().await;
        let tenant = create(&root, "Acme").await.ok(201);
        let tags = format!("/api/v1/organizations/{}/tags", tenant["id"].as_str().unwrap());
        let tag = root.post(&tags, json!({"title": "Old"})).await.ok(201);
        let path = format!("{tags}/{}", tag["id"].as_str().unwrap());
        for round in 0..10 {
            let title = format!("New {round}");
            room(&server, "0").await;
            // The same by several at once: whoever comes after the first finds it done.
            let rename = async |_| root.patch(&path, json!({"title": title})).await.status;
            let answers = join_all((0..16).map(rename)).await;
            assert_eq!(answers, [503; 16]);
            assert_eq!(root.get(&path).await.ok(200)["title"], "Old");
            room(&server, "unlimited").await;
        }
        root.patch(&path, json!({"title": "New"})).await.ok(200);
        server.stop().await;
    })
    .await;
}
