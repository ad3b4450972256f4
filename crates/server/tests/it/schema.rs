//! The schema: made once, by whoever comes first, and never served when it is not this binary's.

use polity_testkit::{Engine, PASSWORD};

use crate::instance::{free_port, on, on_each};
use crate::server::Server;

#[tokio::test]
async fn cra_07_migrations_can_be_run_twice_and_before_the_first_start() {
    on_each(async |instance| {
        for _ in 0..2 {
            let ended = instance.run(&["migrate"]).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        }
        let server = instance.start().await;
        server.administrator().await;
        server.stop().await;
        assert_eq!(instance.run(&["migrate"]).await.code, Some(0));
        instance.doctor().await;
    })
    .await;
}

#[tokio::test]
async fn cra_07_a_newer_schema_stops_the_start_and_nothing_is_touched() {
    on_each(async |instance| {
        instance.start().await.stop().await;
        instance.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 4102444800)").await;
        let said = instance.refused().await;
        assert!(said.starts_with("The database was written by a newer version of Polity."), "{said}");
        instance.sql("DELETE FROM seaql_migrations WHERE version = 'm9999_from_the_future'").await;
        instance.start().await.stop().await;
    })
    .await;
}

#[tokio::test]
async fn cra_07_two_servers_that_start_at_once_on_an_empty_postgresql_make_one_instance() {
    if !Engine::available().contains(&Engine::Postgres) {
        return;
    }
    on(Engine::Postgres, async |instance| {
        instance.set("POLITY_SECRET_KEY", "Zm9yIHRlc3RzIG9ubHksIGJ1dCBsb25nIGVub3VnaCE=");
        instance.set("POLITY_BOOTSTRAP_EMAIL", "root@example.com");
        instance.set("POLITY_BOOTSTRAP_PASSWORD", PASSWORD);
        instance.set("POLITY_PUBLIC_URL", "http://localhost:8080");
        let port = free_port();
        let mut other = instance.command(&["serve"]);
        other
            .env("POLITY_LISTEN", format!("127.0.0.1:{port}"))
            .env("POLITY_DATA_DIR", instance.outside().join("other"));
        let (one, two) = tokio::join!(instance.start(), Server::start(other, port));
        let two = two.unwrap();
        for server in [&one, &two] {
            let root = server.sign_in("root@example.com").await;
            root.get("/api/v1/organizations/root/invitations").await.ok(200);
        }
        // What one has signed, the other believes: they share their keys.
        let root = one.sign_in("root@example.com").await;
        root.at(&two.base_url).get("/api/v1/auth/me").await.ok(200);
        one.stop().await;
        two.stop().await;
        instance.doctor().await;
    })
    .await;
}
