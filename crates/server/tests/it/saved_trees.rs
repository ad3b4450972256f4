//! Large trees in files: a start reads them, and a crash while one is written leaves nothing that is half.

use std::fs;
use std::time::Duration;

use polity_testkit::json;
use tokio::time::{sleep, timeout};

use crate::durability::is_installed;
use crate::instance::{Instance, on_each};
use crate::server::Server;

const PATIENCE: Duration = Duration::from_mins(1);
const READ: &str = "a saved tree was read";
const REFUSED: &str = "a saved tree is not believed";

async fn logged(server: &Server, text: &str) {
    let waited = timeout(PATIENCE, async {
        while !server.stderr().contains(text) {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "{text} is not in {}", server.stderr());
}

/// An installation with a tenant, which was ended in order; gives the tenant's id.
async fn ended(instance: &mut Instance) -> String {
    instance.set("POLITY_ACCESS__SAVED_TREE_MIN_SIZE", "1");
    let server = instance.start().await;
    let root = server.administrator().await;
    let acme = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
    server.stop().await;
    acme["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_start_reads_the_trees_that_were_saved_at_the_end_and_none_that_was_changed() {
    on_each(async |instance| {
        let acme = ended(instance).await;
        let (file, path) =
            (instance.file(&format!("snapshots/{acme}.snapshot")), format!("/api/v1/organizations/{acme}"));
        let whole = fs::read(&file).expect("it was saved at the end");
        let mut server = instance.start().await;
        server.sign_in("root@example.com").await.get(&path).await.ok(200);
        logged(&server, &acme).await;
        logged(&server, READ).await;
        assert!(!server.stderr().contains(REFUSED), "{}", server.stderr());
        server.kill().await;
        let mut changed = whole;
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&file, changed).unwrap();
        let server = instance.start().await;
        server.sign_in("root@example.com").await.get(&path).await.ok(200);
        logged(&server, REFUSED).await;
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_crash_while_a_tree_is_saved_leaves_no_half_of_it() {
    if !is_installed("strace") {
        return;
    }
    on_each(async |instance| {
        let acme = ended(instance).await;
        let folder = instance.file("snapshots");
        for call in ["rename,renameat,renameat2", "fsync"] {
            fs::remove_dir_all(&folder).unwrap();
            // SQLite waits for the disk by fdatasync: of a start, only a tree that is saved makes these calls.
            let trace = instance.outside().join("trace");
            let starter =
                format!("strace -f -qq -e trace={call} -e inject={call}:signal=KILL -o {}", trace.display());
            let run = instance.command_in(&starter, &["serve"]).output();
            let run = timeout(PATIENCE, run).await.expect("it is killed").expect("it runs");
            assert!(!run.status.success());
            let names: Vec<_> = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            assert!(!names.is_empty(), "it was killed before it wrote anything, by {call}");
            let server = instance.start().await;
            let path = format!("/api/v1/organizations/{acme}");
            server.sign_in("root@example.com").await.get(&path).await.ok(200);
            assert!(!server.stderr().contains(REFUSED), "{}", server.stderr());
            server.stop().await;
        }
    })
    .await;
}
