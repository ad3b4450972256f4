//! Sessions: how they begin, what shows them, and how they end.

use polity_testkit::{Actor, PASSWORD, Value, World, json, on_each};

use crate::rights::at_once;

const ME: &str = "/api/v1/auth/me";
const REFRESH: &str = "/api/v1/auth/refresh";

/// Somebody's session, as signing in gave it.
async fn session(world: &World, name: &str) -> Value {
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    world.nobody().post("/api/v1/auth/login", body).await.ok(200)
}

fn text<'a>(session: &'a Value, field: &str) -> &'a str {
    session[field].as_str().expect("a token")
}

fn bearer(world: &World, token: &str) -> Actor {
    world.with(Some(format!("Bearer {token}")))
}

/// Time passes, and the worker does meanwhile what it does every few minutes.
async fn pass(world: &World, seconds: i64) {
    world.clock.advance(seconds);
    polity_app::identity::signing_keys::refresh(&world.app).await.unwrap();
}

async fn refresh(world: &World, token: &str) -> polity_testkit::Answer {
    world.nobody().post(REFRESH, json!({"refresh_token": token})).await
}

#[tokio::test]
async fn ses_01_every_sign_in_begins_a_session_of_its_own() {
    on_each(async |world| {
        let before = world.person("ada").await;
        // What the client shows from an earlier session has no part in the new one.
        let body = json!({"email": "ada@example.com", "password": PASSWORD});
        let again =
            before.header("cookie", "polity_session=fixed").post("/api/v1/auth/login", body).await.ok(200);
        let other = session(world, "ada").await;
        for field in ["access_token", "refresh_token"] {
            assert_ne!(again[field], other[field]);
        }
        assert_ne!(again["session"]["id"], other["session"]["id"]);
        assert_eq!(again["user"]["id"], other["user"]["id"]);
        assert_eq!((again["token_type"].as_str(), again["expires_in"].as_i64()), (Some("Bearer"), Some(300)));
    })
    .await;
}

#[tokio::test]
async fn ses_02_the_ids_of_a_session_open_nothing() {
    on_each(async |world| {
        world.person("ada").await;
        let session = session(world, "ada").await;
        let ids =
            [text(&session["session"], "id"), text(&session["user"], "id"), text(&session["user"], "name")];
        for id in ids {
            let credentials = [format!("Bearer {id}"), format!("Api-Key {id}"), format!("Bearer {id}.")];
            for credential in credentials {
                let answer = world.with(Some(credential)).get(ME).await;
                answer.problem(401, "unauthenticated");
            }
            refresh(world, id).await.problem(401, "unauthenticated");
        }
        // Each kind of token opens its own door only.
        bearer(world, text(&session, "refresh_token")).get(ME).await.problem(401, "unauthenticated");
        refresh(world, &"x".repeat(150)).await.problem(401, "unauthenticated");
        world
            .nobody()
            .header("cookie", &format!("polity_session={}", text(&session, "access_token")))
            .get(ME)
            .await
            .problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn ses_04_signing_out_ends_the_session_on_every_server_and_no_other() {
    on_each(async |world| {
        world.person("ada").await;
        let (ended, kept) = (session(world, "ada").await, session(world, "ada").await);
        let replica = world.replica().await;
        let ada = bearer(world, text(&ended, "access_token"));
        ada.get(ME).await.ok(200);
        if let Some(replica) = &replica {
            ada.at(replica).get(ME).await.ok(200);
        }
        assert_eq!(ada.post("/api/v1/auth/logout", json!({})).await.status, 204);
        for _ in 0..3 {
            ada.get(ME).await.problem(401, "unauthenticated");
            refresh(world, text(&ended, "refresh_token")).await.problem(401, "unauthenticated");
        }
        if let Some(replica) = &replica {
            let nobody = world.nobody().at(replica);
            let body = json!({"refresh_token": text(&ended, "refresh_token")});
            nobody.post(REFRESH, body).await.problem(401, "unauthenticated");
        }
        ada.post("/api/v1/auth/logout", json!({})).await.problem(401, "unauthenticated");
        bearer(world, text(&kept, "access_token")).get(ME).await.ok(200);
        refresh(world, text(&kept, "refresh_token")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn ses_07_an_access_token_ends_at_its_very_second_and_a_session_when_idle_or_old() {
    on_each(async |world| {
        world.person("ada").await;
        let first = session(world, "ada").await;
        let ada = bearer(world, text(&first, "access_token"));
        world.clock.advance(299);
        ada.get(ME).await.ok(200);
        world.clock.advance(1);
        ada.get(ME).await.problem(401, "unauthenticated");
        // A clock that goes back revives nothing that was used up.
        let second = refresh(world, text(&first, "refresh_token")).await.ok(200);
        assert_eq!(second["session"]["id"], first["session"]["id"]);
        pass(world, 14 * 86_400 - 1).await;
        let third = refresh(world, text(&second, "refresh_token")).await.ok(200);
        pass(world, 14 * 86_400).await;
        refresh(world, text(&third, "refresh_token")).await.problem(401, "unauthenticated");
        // However busy, no session lives longer than 90 days.
        let mut busy = session(world, "ada").await;
        let end = busy["session"]["expire_time"].clone();
        for _ in 0..8 {
            pass(world, 10 * 86_400).await;
            busy = refresh(world, text(&busy, "refresh_token")).await.ok(200);
            assert_eq!(busy["session"]["expire_time"], end);
        }
        pass(world, 10 * 86_400).await;
        refresh(world, text(&busy, "refresh_token")).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn ses_09_only_the_exact_token_is_accepted() {
    on_each(async |world| {
        world.person("ada").await;
        let session = session(world, "ada").await;
        let (access, renewal) = (text(&session, "access_token"), text(&session, "refresh_token"));
        let variants = |token: &str| {
            let swapped: String = token
                .chars()
                .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect();
            let mut flipped = token.to_owned();
            let last = if flipped.ends_with('A') { "B" } else { "A" };
            flipped.replace_range(token.len() - 1.., last);
            vec![
                token[..token.len() - 1].to_owned(),
                token[..token.len() / 2].to_owned(),
                token[1..].to_owned(),
                format!("{token}A"),
                format!("{token}="),
                format!("{token}.{token}"),
                swapped,
                flipped,
                token.split('.').next().unwrap_or_default().to_owned() + ".",
            ]
        };
        for token in variants(access) {
            let answer = bearer(world, &token).get(ME).await;
            assert_eq!(answer.status, 401, "{token}: {}", answer.text);
        }
        for token in variants(renewal) {
            let answer = refresh(world, &token).await;
            assert!(matches!(answer.status, 400 | 401), "{token}: {}", answer.text);
        }
        // No attempt has harmed the real ones.
        bearer(world, access).get(ME).await.ok(200);
        refresh(world, renewal).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_ends_the_session_with_all_its_tokens() {
    on_each(async |world| {
        world.person("ada").await;
        let first = session(world, "ada").await;
        let second = refresh(world, text(&first, "refresh_token")).await.ok(200);
        let ada = bearer(world, text(&second, "access_token"));
        ada.get(ME).await.ok(200);
        refresh(world, text(&first, "refresh_token")).await.problem(401, "unauthenticated");
        refresh(world, text(&second, "refresh_token")).await.problem(401, "unauthenticated");
        ada.get(ME).await.problem(401, "unauthenticated");
        bearer(world, text(&first, "access_token")).get(ME).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn rac_08_of_twenty_refreshes_at_once_one_gets_the_next_pair() {
    on_each(async |world| {
        world.person("ada").await;
        let first = session(world, "ada").await;
        let token = text(&first, "refresh_token");
        let answers = at_once(20, async |_| refresh(world, token).await).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401)));
        // Nineteen of them were copies: the session is over, for the winner as well.
        let renewal = text(&won[0].body, "refresh_token");
        refresh(world, renewal).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn the_published_keys_verify_access_tokens_and_hold_no_secret() {
    on_each(async |world| {
        world.person("ada").await;
        let keys = world.nobody().get("/.well-known/jwks.json").await.ok(200);
        let keys = keys["keys"].as_array().unwrap();
        assert!(!keys.is_empty());
        for key in keys {
            assert_eq!((key["kty"].as_str(), key["crv"].as_str()), (Some("OKP"), Some("Ed25519")));
            assert!(key.get("d").is_none(), "{key}");
        }
    })
    .await;
}
