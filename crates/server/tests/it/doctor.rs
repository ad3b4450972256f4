//! What `polity doctor` finds by a checkpoint that somebody kept: a ledger that is whole by itself, and yet not
//! the one that it was.

use std::path::{Path, PathBuf};

use polity_testkit::{Actor, Engine, json};

use crate::instance::{Ended, Instance, on_each};

/// Writes some events.
async fn write(root: &Actor, acme: &str, what: &str) {
    for number in 0..3 {
        let body = json!({"title": format!("{what} {number}")});
        root.post(&format!("/api/v1/organizations/{acme}/roles"), body).await.ok(201);
    }
}

/// Keeps the database as it is, as a backup would. Nobody may use it.
async fn keep(instance: &Instance) {
    match instance.engine {
        Engine::Sqlite => {
            std::fs::copy(instance.file("polity.db"), kept(instance)).unwrap();
        }
        Engine::Postgres => {
            let name = database(instance);
            instance.sql(&format!("CREATE DATABASE {name}_kept TEMPLATE {name}")).await;
        }
    }
}

/// Puts it back, and with it everything that was written since away.
fn put_back(instance: &mut Instance) {
    match instance.engine {
        Engine::Sqlite => {
            std::fs::copy(kept(instance), instance.file("polity.db")).unwrap();
        }
        Engine::Postgres => {
            let url = format!("{}_kept", instance.setting("POLITY_DATABASE_URL").unwrap());
            instance.set("POLITY_DATABASE_URL", &url);
        }
    }
}

fn kept(instance: &Instance) -> PathBuf {
    instance.outside().join("kept.db")
}

fn database(instance: &Instance) -> String {
    let url = instance.setting("POLITY_DATABASE_URL").expect("PostgreSQL");
    url.rsplit('/').next().expect("a database").to_owned()
}

async fn hold_against(instance: &Instance, checkpoint: &Path) -> Ended {
    instance.run(&["doctor", "--checkpoint", checkpoint.to_str().unwrap()]).await
}

#[tokio::test]
async fn aud_04_a_checkpoint_that_was_kept_shows_a_tail_that_was_cut_off_or_written_anew() {
    on_each(async |instance| {
        let server = instance.start().await;
        let root = server.administrator().await;
        let acme = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let acme = acme["id"].as_str().unwrap();
        server.stop().await;
        keep(instance).await;

        let server = instance.start().await;
        let root = server.sign_in("root@example.com").await;
        write(&root, acme, "Role").await;
        let path = format!("/api/v1/organizations/{acme}/audit-log/checkpoint");
        let note = root.get(&path).await.ok(200)["note"].as_str().unwrap().to_owned();
        write(&root, acme, "Later role").await;
        server.stop().await;
        let checkpoint = instance.outside().join("checkpoint");
        std::fs::write(&checkpoint, &note).unwrap();
        let ended = hold_against(instance, &checkpoint).await;
        assert_eq!(ended.code, Some(0), "the log has grown and contains it: {}", ended.stderr);

        // What a checkpoint says is believed by its signature only.
        let forged = instance.outside().join("forged");
        let size = note.lines().nth(1).unwrap();
        std::fs::write(&forged, note.replacen(&format!("\n{size}\n"), "\n1\n", 1)).unwrap();
        let ended = hold_against(instance, &forged).await;
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);

        put_back(instance);
        instance.doctor().await;
        let ended = hold_against(instance, &checkpoint).await;
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(ended.stderr.contains("the ledger was cut off since"), "{}", ended.stderr);

        // Nor does it help to write as much anew.
        let server = instance.start().await;
        let root = server.sign_in("root@example.com").await;
        write(&root, acme, "Other role").await;
        write(&root, acme, "One more role").await;
        server.stop().await;
        instance.doctor().await;
        let ended = hold_against(instance, &checkpoint).await;
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(ended.stderr.contains("the ledger was rewritten since"), "{}", ended.stderr);
        if instance.engine == Engine::Postgres {
            instance.sql(&format!("DROP DATABASE {} WITH (FORCE)", database(instance))).await;
        }
    })
    .await;
}
