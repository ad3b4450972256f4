//! Signing in with a password, and those who guess.

use polity_testkit::{Answer, PASSWORD, World, json, on_each, on_each_with};

use crate::rights::{at_once, without_request_id};

async fn login(world: &World, email: &str, password: &str) -> Answer {
    world.nobody().post("/api/v1/auth/login", json!({"email": email, "password": password})).await
}

#[tokio::test]
async fn pwd_03_an_address_without_an_account_answers_like_a_wrong_password() {
    on_each(async |world| {
        world.person("ada").await;
        let wrong = login(world, "ada@example.com", "an entirely wrong horse").await;
        let unknown = login(world, "nobody@example.com", "an entirely wrong horse").await;
        assert_eq!(without_request_id(&wrong), without_request_id(&unknown));
        wrong.problem(401, "invalid_credentials");
        // A registration that waits is told only to whoever knows its password.
        let body = json!({"email": "bob@example.com", "password": PASSWORD, "display_name": "Bob"});
        world.nobody().post("/api/v1/auth/register", body).await.ok(201);
        assert_eq!(
            without_request_id(&login(world, "bob@example.com", "an entirely wrong horse").await),
            without_request_id(&unknown)
        );
        login(world, "bob@example.com", PASSWORD).await.problem(403, "email_verification_required");
    })
    .await;
}

#[tokio::test]
async fn pwd_07_a_password_counts_whole_and_as_it_was_typed() {
    on_each(async |world| {
        let long = format!("{}é{}\0tail ", "correct horse battery staple ".repeat(6), "x".repeat(30));
        let body = json!({"email": "ada@example.com", "password": long.clone(), "display_name": "Ada"});
        let refused = world.nobody().post("/api/v1/auth/register", body).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/password", "NUL is refused in every text");
        let long = long.replace('\0', " ");
        let body = json!({"email": "ada@example.com", "password": long.clone(), "display_name": "Ada"});
        world.nobody().post("/api/v1/auth/register", body).await.ok(201);
        let token = world.mailed_token("ada@example.com").await;
        world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
        let others = [
            long.trim_end().to_owned(),
            long.chars().take(72).collect(),
            long.to_uppercase(),
            long.replace('é', "e"),
            format!("{long} "),
            format!(" {long}"),
        ];
        for other in others {
            login(world, "ada@example.com", &other).await.problem(401, "invalid_credentials");
        }
        // Typed on a keyboard that sends the accent by itself.
        login(world, "ada@example.com", &long.replace('é', "e\u{301}")).await.ok(200);
        login(world, "ada@example.com", &long).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn pwd_08_a_password_that_is_too_long_is_refused_before_it_is_hashed() {
    on_each(async |world| {
        world.person("ada").await;
        let answer =
            login(world, "ada@example.com", &"x".repeat(1025)).await.problem(400, "password_too_long");
        assert_eq!(answer["errors"][0]["field"], "/password");
        login(world, "ada@example.com", &"x".repeat(1024)).await.problem(401, "invalid_credentials");
        login(world, "ada@example.com", &"x".repeat(2 << 20)).await.problem(413, "body_too_large");
        login(world, "ada@example.com", "").await.problem(400, "password_too_short");
    })
    .await;
}

#[tokio::test]
async fn pwd_09_pwd_10_guesses_at_one_account_are_counted_however_they_are_written() {
    on_each_with(
        |settings| settings.failures_per_account = 5,
        async |world| {
            world.person("ada").await;
            world.person("bob").await;
            let variants = [
                "ada@example.com",
                "ADA@example.com",
                "Ada@EXAMPLE.com",
                "ada@Example.Com",
                "aDa@example.com",
            ];
            for (i, email) in variants.into_iter().enumerate() {
                let from = world.nobody().header("x-forwarded-for", &format!("203.0.113.{i}"));
                let body = json!({"email": email, "password": "an entirely wrong horse"});
                from.post("/api/v1/auth/login", body).await.problem(401, "invalid_credentials");
            }
            let refused = login(world, "ada@example.com", PASSWORD).await;
            let wait: i64 = refused.header("retry-after").parse().unwrap();
            assert!((1..=900).contains(&wait));
            assert_eq!(refused.header("ratelimit-policy"), r#""failures-of-an-account";q=5;w=900"#);
            assert_eq!(refused.header("ratelimit"), format!(r#""failures-of-an-account";r=0;t={wait}"#));
            refused.problem(429, "too_many_requests");
            // Nobody else is held up by it, and it ends by itself.
            login(world, "bob@example.com", PASSWORD).await.ok(200);
            world.clock.advance(wait);
            login(world, "ada@example.com", PASSWORD).await.ok(200);
        },
    )
    .await;
}

#[tokio::test]
async fn pwd_09_a_success_gives_the_account_its_guesses_back() {
    on_each_with(
        |settings| settings.failures_per_account = 3,
        async |world| {
            world.person("ada").await;
            for _ in 0..4 {
                for _ in 0..2 {
                    login(world, "ada@example.com", "an entirely wrong horse")
                        .await
                        .problem(401, "invalid_credentials");
                }
                login(world, "ada@example.com", PASSWORD).await.ok(200);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn pwd_09_guesses_at_many_accounts_from_one_address_are_counted() {
    on_each_with(
        |settings| settings.failures_per_ip = 6,
        async |world| {
            world.person("ada").await;
            for i in 0..6 {
                login(world, &format!("victim{i}@example.com"), PASSWORD)
                    .await
                    .problem(401, "invalid_credentials");
            }
            // From another address it claims to come; nobody told the service to believe that.
            let from = world
                .nobody()
                .header("x-forwarded-for", "198.51.100.7")
                .header("forwarded", "for=198.51.100.7");
            let body = json!({"email": "victim7@example.com", "password": PASSWORD});
            from.post("/api/v1/auth/login", body).await.problem(429, "too_many_requests");
            world.clock.advance(15 * 60);
            login(world, "ada@example.com", PASSWORD).await.ok(200);
        },
    )
    .await;
}

#[tokio::test]
async fn pwd_11_guesses_at_once_are_counted_one_by_one() {
    on_each_with(
        |settings| settings.failures_per_account = 5,
        async |world| {
            world.person("ada").await;
            let guess =
                async |i| login(world, "ada@example.com", &format!("an entirely wrong horse {i}")).await;
            let answers = at_once(20, guess).await;
            let judged = answers.iter().filter(|answer| answer.status == 401).count();
            assert!((1..=5).contains(&judged), "{judged} of twenty were judged");
            assert!(answers.iter().all(|answer| matches!(answer.status, 401 | 429)));
            login(world, "ada@example.com", PASSWORD).await.problem(429, "too_many_requests");
        },
    )
    .await;
}

#[tokio::test]
async fn pwd_02_an_address_is_one_text_and_nothing_else() {
    on_each(async |world| {
        world.person("ada").await;
        let nobody = world.nobody();
        let wrong = [
            json!(["ada@example.com", "eve@example.com"]),
            json!({"email": "ada@example.com"}),
            json!("ada@example.com,eve@example.com"),
            json!("ada@example.com eve@example.com"),
            json!(null),
            json!(1),
        ];
        for email in wrong {
            let body = json!({"email": email, "password": PASSWORD, "display_name": "Eve"});
            let answer = nobody.post("/api/v1/auth/register", body).await;
            assert_eq!(answer.status, 400, "{email}: {}", answer.text);
            assert_eq!(answer.body["errors"][0]["field"], "/email", "{email}");
        }
        let twice = r#"{"email":"ada@example.com","email":"eve@example.com","password":"x"}"#;
        let answer = nobody
            .send_raw(polity_testkit::Method::POST, "/api/v1/auth/login", "application/json", twice)
            .await;
        answer.problem(400, "invalid_json");
        world.deliver().await;
        assert!(world.mail.to("eve@example.com").is_empty());
    })
    .await;
}

#[tokio::test]
async fn pwd_15_no_answer_shows_a_hash() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let shown = [
            olga.get("/api/v1/auth/me").await,
            olga.get(&format!("/api/v1/organizations/{acme}/members")).await,
            olga.get(&format!("/api/v1/organizations/{acme}/audit-events")).await,
            root.get("/api/v1/organizations/root/audit-events?descendants=true").await,
            login(world, "olga@example.com", PASSWORD).await,
        ];
        for answer in shown {
            assert_eq!(answer.status, 200, "{}", answer.text);
            let text = answer.text.to_lowercase();
            assert!(!text.contains("argon2") && !text.contains("hash") && !text.contains(PASSWORD), "{text}");
        }
    })
    .await;
}
