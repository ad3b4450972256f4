//! Making an account: by the proof of an address, and by nothing else.

use polity_testkit::{Answer, PASSWORD, World, json, on_each, roles};

use crate::rights::{at_once, without_request_id};

async fn register(world: &World, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password, "display_name": "Somebody"});
    world.nobody().post("/api/v1/auth/register", body).await
}

async fn verify(world: &World, token: &str) -> Answer {
    world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await
}

#[tokio::test]
async fn pwd_03_registering_tells_nobody_whether_the_address_has_an_account() {
    on_each(async |world| {
        world.person("ada").await;
        let known = register(world, "ada@example.com", PASSWORD).await;
        let fresh = register(world, "fresh@example.com", PASSWORD).await;
        assert_eq!(without_request_id(&known), without_request_id(&fresh));
        assert_eq!(known.body, json!({"email_verification_required": true}));
        // Each address gets a mail; only the new one gets a link that makes an account.
        world.deliver().await;
        let told = world.mail.to("ada@example.com");
        assert!(told.last().unwrap().link.as_deref().is_none_or(|link| !link.contains("token=")), "{told:?}");
        assert_eq!(world.mail.to("fresh@example.com").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_proven_once_in_a_day_and_only_by_its_own_token() {
    on_each(async |world| {
        register(world, "ada@example.com", PASSWORD).await.ok(201);
        let token = world.mailed_token("ada@example.com").await;
        let mut changed = token.clone();
        let other = if changed.ends_with('0') { "1" } else { "0" };
        changed.replace_range(token.len() - 1.., other);
        for wrong in [changed.as_str(), &token[1..], "", "pol_reg_", &token.replace("pol_reg_", "pol_inv_")] {
            verify(world, wrong).await.problem(400, "invalid_token");
        }
        let session = verify(world, &token).await.ok(200);
        assert_eq!(
            (&session["user"]["email"], &session["user"]["email_verified"]),
            (&json!("ada@example.com"), &json!(true))
        );
        verify(world, &token).await.problem(400, "invalid_token");
        register(world, "bob@example.com", PASSWORD).await.ok(201);
        let late = world.mailed_token("bob@example.com").await;
        world.clock.advance(24 * 3_600);
        verify(world, &late).await.problem(400, "invalid_token");
    })
    .await;
}

#[tokio::test]
async fn rac_03_rac_08_whoever_proves_an_address_twenty_times_at_once_has_one_account() {
    on_each(async |world| {
        let registered = at_once(20, async |_| register(world, "ada@example.com", PASSWORD).await).await;
        assert!(registered.iter().all(|answer| answer.status == 201));
        world.deliver().await;
        let links: Vec<String> =
            world.mail.to("ada@example.com").into_iter().filter_map(|letter| letter.link).collect();
        assert!(!links.is_empty());
        let tokens: Vec<&str> = links.iter().filter_map(|link| link.split("token=").nth(1)).collect();
        let answers = at_once(20, async |i| verify(world, tokens[i % tokens.len()]).await).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1, "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400 | 409)));
        world.sign_in("ada").await.get("/api/v1/auth/me").await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn pwd_14_who_registers_anothers_address_gains_nothing_when_its_owner_comes() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        // Somebody else was there first, with a password of their own.
        register(world, "ada@example.com", "the intruder's own horse").await.ok(201);
        let intruders = world.mailed_token("ada@example.com").await;
        world.invite(&olga, &acme, "ada", roles::MEMBER).await;
        let token = world.mailed_token("ada@example.com").await;
        let body = json!({"token": token, "display_name": "Ada", "password": PASSWORD});
        world.nobody().post("/api/v1/invitations/accept", body).await.ok(200);
        let body = json!({"email": "ada@example.com", "password": "the intruder's own horse"});
        world.nobody().post("/api/v1/auth/login", body).await.problem(401, "invalid_credentials");
        verify(world, &intruders).await.problem(400, "invalid_token");
        world.sign_in("ada").await.get("/api/v1/auth/me").await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn pwd_13_common_passwords_and_ones_made_of_the_own_name_are_refused_wherever_one_is_set() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        world.invite(&olga, &acme, "guest", roles::MEMBER).await;
        let token = world.mailed_token("guest@example.com").await;
        for password in ["password1", "qwertyuiop", "12345678", "iloveyou123"] {
            let by_form = register(world, "new@example.com", password).await;
            let body = json!({"token": token, "display_name": "Guest", "password": password});
            let by_invitation = world.nobody().post("/api/v1/invitations/accept", body).await;
            for answer in [by_form, by_invitation] {
                let problem = answer.problem(400, "password_too_common");
                assert_eq!(problem["errors"][0]["field"], "/password");
            }
        }
        register(world, "wilhelmina@example.com", "Wilhelmina1!").await.problem(400, "password_too_common");
        register(world, "new@example.com", "short1!").await.problem(400, "password_too_short");
        // No kinds of characters are asked for.
        register(world, "new@example.com", "lowercase words without end").await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn pwd_16_an_address_that_could_be_read_in_two_ways_is_refused_everywhere() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let wrong = [
            "victim@x.test\u{ff20}evil.test",
            "victim@x.test@evil.test",
            "\"a b\"@x.test",
            "a@x.test\n",
            "a@x.test\r\nBcc: eve@evil.test",
            "a@x.test\0",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@localhost",
            "a@.x.test",
            "a..b@x.test",
            "@x.test",
            "a@",
            "a",
            "",
        ];
        for email in wrong {
            let by_form = register(world, email, PASSWORD).await;
            let path = format!("/api/v1/organizations/{acme}/invitations");
            let by_invitation = olga.post(&path, json!({"email": email})).await;
            for answer in [by_form, by_invitation] {
                assert_eq!(answer.status, 400, "{email:?}: {}", answer.text);
                assert_eq!(answer.body["errors"][0]["field"], "/email", "{email:?}");
                assert!(
                    email.len() < 4 || !answer.body["detail"].as_str().unwrap().contains(email),
                    "{}",
                    answer.text
                );
            }
        }
        world.deliver().await;
        assert_eq!(world.mail.count(), 1, "Olga's own");
        // A domain in letters of its own is kept in the form that mail servers know.
        register(world, "ada@bücher.example", PASSWORD).await.ok(201);
        world.deliver().await;
        assert_eq!(world.mail.to("ada@xn--bcher-kva.example").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn pwd_01_inv_15_links_begin_with_the_configured_address_whatever_the_request_says() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let evil = [
            ("x-forwarded-host", "evil.test"),
            ("forwarded", "host=evil.test;proto=https"),
            ("x-forwarded-proto", "http"),
        ];
        let (mut nobody, mut owner) =
            (world.nobody().header("host", "evil.test"), olga.header("host", "evil.test"));
        for (name, value) in evil {
            (nobody, owner) = (nobody.header(name, value), owner.header(name, value));
        }
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"});
        nobody.post("/api/v1/auth/register", body).await.ok(201);
        let invite = json!({"email": "bob@example.com"});
        let made = owner.post(&format!("/api/v1/organizations/{acme}/invitations"), invite).await;
        assert!(made.header("location").starts_with("/api/v1/"), "{}", made.header("location"));
        made.ok(201);
        world.deliver().await;
        for address in ["ada@example.com", "bob@example.com"] {
            let letter = world.mail.to(address).pop().unwrap();
            assert!(letter.link.as_deref().unwrap().starts_with("https://polity.test/"), "{letter:?}");
            assert!(!letter.text.contains("evil") && !letter.html.contains("evil"), "{letter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn inv_11_an_address_gets_no_more_mail_than_its_share() {
    polity_testkit::on_each_with(
        |settings| settings.mails_per_address_per_hour = 3,
        async |world| {
            for _ in 0..6 {
                register(world, "ada@example.com", PASSWORD).await.ok(201);
            }
            register(world, "ADA@EXAMPLE.com", PASSWORD).await.ok(201);
            world.deliver().await;
            assert_eq!(world.mail.to("ada@example.com").len(), 3);
            world.clock.advance(3_600);
            register(world, "ada@example.com", PASSWORD).await.ok(201);
            world.deliver().await;
            assert_eq!(world.mail.to("ada@example.com").len(), 4);
        },
    )
    .await;
}
