//! The first start: what is printed, and how the first administrator comes to be.

use polity_testkit::{PASSWORD, json};

use crate::instance::on_each;

#[tokio::test]
async fn a_new_instance_prints_its_address_its_documentation_and_a_token_for_the_first_administrator() {
    on_each(async |instance| {
        let server = instance.start().await;
        let token = server.bootstrap_token().await;
        let said = server.stdout();
        assert!(said.contains(&format!("Polity is at      {}\n", server.base_url)), "{said}");
        assert!(said.contains(&format!("Swagger UI is at  {}/docs\n", server.base_url)), "{said}");
        let docs = server.nobody().get("/docs/").await;
        assert_eq!((docs.status, docs.header("content-type").starts_with("text/html")), (200, true));
        let document = server.nobody().get("/openapi.json").await.ok(200);
        assert_eq!(document["openapi"], "3.1.0");
        assert!(token.starts_with("pol_boot_"));
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_token_for_the_first_administrator_works_once_and_is_never_printed_again() {
    on_each(async |instance| {
        let server = instance.start().await;
        let token = server.bootstrap_token().await;
        let body = |token: &str, email: &str| json!({"token": token, "email": email, "password": PASSWORD, "display_name": "Root"});
        let nobody = server.nobody();
        let wrong = token.replace("pol_boot_", "pol_reg_");
        nobody.post("/api/v1/auth/bootstrap", body(&wrong, "eve@example.com")).await.problem(400, "invalid_token");
        let tries = (0..8).map(|i| {
            let (nobody, body) = (nobody.clone(), body(&token, &format!("root{i}@example.com")));
            tokio::spawn(async move { nobody.post("/api/v1/auth/bootstrap", body).await })
        });
        let mut winners = Vec::new();
        for tried in tries.collect::<Vec<_>>() {
            let answer = tried.await.unwrap();
            match answer.status {
                200 => winners.push(answer.ok(200)),
                _ => drop(answer.problem(400, "invalid_token")),
            }
        }
        assert_eq!(winners.len(), 1, "one of eight at once");
        nobody.signed_in(&winners[0]).get("/api/v1/organizations/root/invitations").await.ok(200);
        nobody.post("/api/v1/auth/bootstrap", body(&token, "late@example.com")).await.problem(400, "invalid_token");
        server.stop().await;
        let again = instance.start().await;
        again.nobody().get("/healthz").await.ok(200);
        assert!(!again.stdout().contains("token"), "{}", again.stdout());
        again.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_first_administrator_can_come_from_the_environment_and_is_left_alone_afterwards() {
    on_each(async |instance| {
        instance.set("POLITY_BOOTSTRAP_EMAIL", "root@example.com");
        instance.set("POLITY_BOOTSTRAP_PASSWORD", PASSWORD);
        let server = instance.start().await;
        assert!(!server.stdout().contains("pol_boot_"), "{}", server.stdout());
        let root = server.sign_in("root@example.com").await;
        root.get("/api/v1/organizations/root/invitations").await.ok(200);
        server.stop().await;
        instance.set("POLITY_BOOTSTRAP_PASSWORD", "another password for nobody");
        let server = instance.start().await;
        server.sign_in("root@example.com").await;
        let body = json!({"email": "root@example.com", "password": "another password for nobody"});
        server.nobody().post("/api/v1/auth/login", body).await.problem(401, "invalid_credentials");
        server.stop().await;
        instance.doctor().await;
    })
    .await;
}

#[tokio::test]
async fn a_weak_password_for_the_first_administrator_stops_the_start() {
    on_each(async |instance| {
        instance.set("POLITY_BOOTSTRAP_EMAIL", "root@example.com");
        instance.set("POLITY_BOOTSTRAP_PASSWORD", "password1");
        let ended = instance.run(&["serve"]).await;
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        assert!(!ended.stderr.contains("password1"), "{}", ended.stderr);
        instance.set("POLITY_BOOTSTRAP_PASSWORD", PASSWORD);
        let server = instance.start().await;
        server.sign_in("root@example.com").await;
        server.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_operator_makes_an_administrator_by_the_command_line() {
    on_each(async |instance| {
        let password = instance.outside().join("password");
        std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        let path = password.to_str().unwrap();
        let made =
            instance.run(&["admin", "create", "--email", "root@example.com", "--password-file", path]).await;
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        assert!(made.stdout.contains("root@example.com"), "{}", made.stdout);
        let server = instance.start().await;
        assert!(!server.stdout().contains("pol_boot_"));
        server.sign_in("root@example.com").await;
        server.stop().await;
    })
    .await;
}
