//! The data folder: who may read it, and who may use it.

use polity_testkit::{Engine, PASSWORD};

use crate::instance::{on, on_each};

#[tokio::test]
async fn only_the_owner_can_read_what_polity_writes() {
    on_each(async |instance| {
        let server = instance.start().await;
        server.person("ada").await;
        assert_eq!(instance.mode(&instance.data()), 0o700);
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(instance.data()).unwrap() {
            let path = entry.unwrap().path();
            let expected = if path.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(instance.mode(&path), expected, "{}", path.display());
            seen.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
        for letter in std::fs::read_dir(instance.file("mail")).unwrap() {
            assert_eq!(instance.mode(&letter.unwrap().path()), 0o600);
        }
        seen.sort();
        let expected: &[&str] = match instance.engine {
            Engine::Sqlite => {
                &["mail", "polity.db", "polity.db-shm", "polity.db-wal", "polity.lock", "secret.key"]
            }
            Engine::Postgres => &["mail", "secret.key"],
        };
        assert_eq!(seen, expected);
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn cra_15_a_second_process_on_the_same_folder_is_refused() {
    on(Engine::Sqlite, async |instance| {
        let server = instance.start().await;
        let said = instance.refused().await;
        assert!(said.starts_with("Another polity process uses the database "), "{said}");
        for command in [
            &["migrate"][..],
            &["admin", "create", "--email", "eve@example.com", "--password-file", "/dev/null"],
        ] {
            let ended = instance.run(command).await;
            assert_eq!(ended.code, Some(1), "{command:?}: {}", ended.stderr);
        }
        server.administrator().await.get("/api/v1/auth/me").await.ok(200);
        server.stop().await;
        instance.start().await.stop().await;
    })
    .await;
}

#[tokio::test]
async fn cra_15_a_second_process_on_the_same_database_file_is_refused_from_another_folder_as_well() {
    on(Engine::Sqlite, async |instance| {
        instance.set(
            "POLITY_DATABASE_URL",
            &format!("sqlite:{}", instance.outside().join("shared.db").display()),
        );
        instance.set("POLITY_SECRET_KEY", "Zm9yIHRlc3RzIG9ubHksIGJ1dCBsb25nIGVub3VnaCE=");
        let server = instance.start().await;
        instance.set("POLITY_DATA_DIR", instance.outside().join("other").to_str().unwrap());
        std::os::unix::fs::symlink("shared.db", instance.outside().join("alias.db")).unwrap();
        instance
            .set("POLITY_DATABASE_URL", &format!("sqlite:{}", instance.outside().join("alias.db").display()));
        let said = instance.refused().await;
        assert!(said.starts_with("Another polity process uses the database "), "{said}");
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn cra_08_a_missing_secret_key_stops_the_start_and_no_new_one_is_made() {
    on_each(async |instance| {
        instance.start().await.stop().await;
        let key = instance.file("secret.key");
        let kept = std::fs::read(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let said = instance.refused().await;
        assert!(said.contains("secret.key is missing"), "{said}");
        assert!(!key.exists());
        std::fs::write(&key, kept).unwrap();
        instance.start().await.stop().await;
    })
    .await;
}

#[tokio::test]
async fn cra_08_another_secret_key_stops_the_start() {
    on_each(async |instance| {
        instance.start().await.stop().await;
        instance.set("POLITY_SECRET_KEY", "YW5vdGhlciBrZXksIGZvciB0ZXN0cyBvbmx5LCBmaW4=");
        let said = instance.refused().await;
        assert_eq!(
            said,
            "The secret key is not the one that this database was made with. Nothing was changed."
        );
        assert!(!said.contains("YW5v"));
        instance.unset("POLITY_SECRET_KEY");
        std::fs::write(instance.file("secret.key"), "short").unwrap();
        let said = instance.refused().await;
        assert!(said.contains("does not hold a secret key"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn cra_15_a_file_that_is_no_database_stops_the_start_and_stays_as_it_is() {
    on(Engine::Sqlite, async |instance| {
        std::fs::create_dir(instance.data()).unwrap();
        for content in [
            &b"Dear diary, this is no database.\n".repeat(1000)[..],
            b"SQLite format 3\0 but not quite".as_slice(),
        ] {
            std::fs::write(instance.file("polity.db"), content).unwrap();
            let said = instance.refused().await;
            assert!(said.starts_with("The database ") && said.contains("polity.db"), "{said}");
            assert!(!instance.file("secret.key").exists(), "no key is made for it");
        }
    })
    .await;
}

#[tokio::test]
async fn cra_15_a_read_only_database_stops_the_start_and_stays_as_it_is() {
    on(Engine::Sqlite, async |instance| {
        instance.start().await.stop().await;
        let file = instance.file("polity.db");
        let writable = std::fs::metadata(&file).unwrap().permissions();
        let mut read_only = writable.clone();
        // Root may write whatever the mode says: Polity looks at the mode itself.
        read_only.set_readonly(true);
        std::fs::set_permissions(&file, read_only).unwrap();
        let said = instance.refused().await;
        assert!(said.contains("it is read-only"), "{said}");
        std::fs::set_permissions(&file, writable).unwrap();
        instance.start().await.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_stops_the_start() {
    on_each(async |instance| {
        std::fs::write(instance.data(), "a file where the folder should be").unwrap();
        let said = instance.refused().await;
        assert!(said.starts_with("The data folder "), "{said}");
    })
    .await;
}

#[tokio::test]
async fn an_existing_data_folder_is_closed_to_others() {
    on(Engine::Sqlite, async |instance| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir(instance.data()).unwrap();
        std::fs::set_permissions(instance.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
        instance.set("POLITY_BOOTSTRAP_EMAIL", "root@example.com");
        instance.set("POLITY_BOOTSTRAP_PASSWORD", PASSWORD);
        let server = instance.start().await;
        for name in ["polity.db", "polity.db-wal", "polity.db-shm", "secret.key"] {
            assert_eq!(instance.mode(&instance.file(name)), 0o600, "{name}");
        }
        server.stop().await;
    })
    .await;
}
