//! Configurations and databases that must not start.

use polity_testkit::Engine;

use crate::instance::{on, on_each};

#[tokio::test]
async fn an_unknown_variable_stops_the_start_with_the_nearest_name() {
    on_each(async |instance| {
        instance.set("POLITY_LISTN", "127.0.0.1:1");
        let said = instance.refused().await;
        assert!(said.contains("POLITY_LISTN") && said.contains("POLITY_LISTEN"), "{said}");
        assert!(!instance.data().exists(), "the configuration is judged before anything is made");
    })
    .await;
}

#[tokio::test]
async fn a_bad_value_stops_the_start_with_its_name_and_what_is_allowed_and_never_shows_a_secret() {
    on_each(async |instance| {
        instance.set("POLITY_SECURITY__ACCESS_TOKEN_TTL_SECONDS", "soon");
        let said = instance.refused().await;
        assert!(
            said.contains("security.access_token_ttl_seconds") && said.contains("from 60 to 3600"),
            "{said}"
        );
        instance.unset("POLITY_SECURITY__ACCESS_TOKEN_TTL_SECONDS");
        instance.set("POLITY_SECRET_KEY", "hunter2");
        let said = instance.refused().await;
        assert!(said.contains("security.secret_key") && !said.contains("hunter2"), "{said}");
        assert!(!instance.data().exists());
    })
    .await;
}

#[tokio::test]
async fn a_taken_address_stops_the_start_in_one_sentence() {
    on(Engine::Sqlite, async |instance| {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        instance.set("POLITY_LISTEN", &address);
        let said = instance.run(&["serve"]).await;
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.contains(&format!("Cannot listen on {address}")), "{}", said.stderr);
    })
    .await;
}

#[tokio::test]
async fn cra_05_a_postgresql_that_does_not_answer_stops_the_start_in_one_sentence() {
    on(Engine::Sqlite, async |instance| {
        instance.set("POLITY_DATABASE__ACQUIRE_TIMEOUT_SECONDS", "1");
        instance.set("POLITY_DATABASE_URL", "postgres://polity:hunter2@127.0.0.1:1/polity");
        let said = instance.refused().await;
        assert!(said.starts_with("The database cannot be reached; nothing was changed"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        assert!(!instance.file("secret.key").exists());
    })
    .await;
}

#[tokio::test]
async fn the_document_and_the_reference_are_printed_without_any_installation() {
    on(Engine::Sqlite, async |instance| {
        let document = instance.run(&["openapi"]).await;
        assert_eq!(document.code, Some(0), "{}", document.stderr);
        assert!(document.stdout.starts_with("{\n"));
        let reference = instance.run(&["config-reference"]).await;
        assert!(reference.stdout.starts_with("# Configuration\n"), "{}", reference.stdout);
        assert!(!instance.data().exists());
        let unhealthy = instance.run(&["healthcheck"]).await;
        assert_eq!(unhealthy.code, Some(1));
        let server = instance.start().await;
        assert_eq!(instance.run(&["healthcheck"]).await.code, Some(0));
        server.stop().await;
    })
    .await;
}
