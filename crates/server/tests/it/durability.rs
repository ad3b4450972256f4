//! An acknowledged change is on the disk.

use std::path::Path;

use futures::future::join_all;
use polity_testkit::{Engine, json};

use crate::instance::on;
use crate::server::{Server, signal};

const CREATES: usize = 20;
const AT_ONCE: usize = 64;

/// `synchronous=FULL`: with NORMAL, SQLite would not wait for the disk until its next checkpoint.
#[tokio::test]
async fn each_acknowledged_change_waits_for_the_disk() {
    if !is_installed("strace") {
        return;
    }
    on(Engine::Sqlite, async |instance| {
        let trace = instance.outside().join("trace");
        let starter = format!("strace -f -qq -e trace=fsync,fdatasync -o {}", trace.display());
        let mut server = instance.start_in(&starter).await;
        let root = server.administrator().await;
        let before = syncs(&trace);
        for i in 0..CREATES {
            root.post("/api/v1/organizations", json!({"title": format!("Tenant {i}")})).await.ok(201);
        }
        let during = syncs(&trace) - before;
        assert!(during >= CREATES, "{during} syncs for {CREATES} acknowledged changes");
        end_traced(&mut server).await;
    })
    .await;
}

/// Those who write at once wait for the disk together.
#[tokio::test]
async fn changes_that_wait_for_each_other_wait_for_the_disk_once() {
    if !is_installed("strace") {
        return;
    }
    on(Engine::Sqlite, async |instance| {
        let trace = instance.outside().join("trace");
        // A slow disk: meanwhile the others come.
        let slow = "inject=fdatasync,fsync:delay_exit=5000";
        let starter = format!("strace -f -qq -e trace=fsync,fdatasync -e {slow} -o {}", trace.display());
        let mut server = instance.start_in(&starter).await;
        let root = server.administrator().await;
        let before = syncs(&trace);
        let create = async |i| {
            root.post("/api/v1/organizations", json!({"title": format!("Tenant {i}")})).await.ok(201);
        };
        join_all((0..AT_ONCE).map(create)).await;
        let during = syncs(&trace) - before;
        assert!(during < AT_ONCE, "{during} syncs for {AT_ONCE} changes at once");
        end_traced(&mut server).await;
    })
    .await;
}

async fn end_traced(server: &mut Server) {
    // strace is the child, the service is the child's.
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", server.pid())).unwrap();
    signal(children.trim().parse().unwrap(), "TERM").await;
    assert!(server.ended().await.success());
}

/// Successful calls, begun and resumed lines counted once.
fn syncs(trace: &Path) -> usize {
    let text = std::fs::read_to_string(trace).unwrap();
    text.lines().filter(|line| line.contains("sync") && line.contains("= 0")).count()
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment what must be there")]
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
        return true;
    }
    assert!(std::env::var("CI").is_err(), "CI needs {program}: run `cargo xtask test`");
    eprintln!(
        "{program} is not installed: it is not tested that a change waits for the disk; run `cargo xtask test`"
    );
    false
}
