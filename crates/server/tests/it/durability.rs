//! An acknowledged change is on the disk.

use std::path::Path;

use polity_testkit::{Engine, json};

use crate::instance::on;
use crate::server::signal;

const CREATES: usize = 20;

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
        // strace is the child, the service is the child's.
        let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", server.pid())).unwrap();
        signal(children.trim().parse().unwrap(), "TERM").await;
        assert!(server.ended().await.success());
    })
    .await;
}

/// Successful calls, begun and resumed lines counted once.
fn syncs(trace: &Path) -> usize {
    let text = std::fs::read_to_string(trace).unwrap();
    text.lines().filter(|line| line.contains("sync") && line.trim_end().ends_with("= 0")).count()
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment what must be there")]
fn is_installed(program: &str) -> bool {
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
