//! Secrets of keys: shown once, stored nowhere, rotated in peace, dead at once.

use std::time::{Duration, Instant};

use polity_app::worker;
use polity_testkit::{Actor, Value, json, on_each};

use super::{holder, key, keys, make};

#[tokio::test]
async fn key_01_no_secret_is_stored_anywhere() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        let keyed = owner.header("idempotency-key", "k-1");
        let kept = keyed.post(&keys(&acme), json!({"title": "k", "permissions": []})).await.ok(201);
        let rotated = owner.post(&format!("{}/rotate", key(&made)), json!({})).await.ok(200);
        world.invite(&owner, &acme, "ada", polity_testkit::roles::MEMBER).await;
        let invitation = world.mailed_token("ada@example.com").await;
        holder(world, &made).get(&keys(&acme)).await.ok(200);
        worker::run(world.app.clone(), std::future::ready(())).await;
        let dump = world.database.dump().await;
        let secret = |made: &Value| made["secret"].as_str().unwrap().to_owned();
        for secret in [secret(&made), secret(&kept), secret(&rotated), invitation] {
            // `pol_key_`, 22 characters of the id, 43 of the secret, 6 of the checksum.
            let own = &secret[secret.len() - 49..secret.len() - 6];
            assert!(!contains(&dump, own.as_bytes()), "a secret is stored");
            let bytes = *polity_domain::secret_format::Token::parse(&secret).unwrap().secret.expose();
            assert!(!contains(&dump, &bytes), "a secret is stored as bytes");
            let hexadecimal = polity_domain::ledger::leaf::hex(&bytes);
            assert!(!contains(&dump, hexadecimal.as_bytes()), "a secret is stored in hexadecimal");
        }
        assert!(contains(&dump, b"Nightly import"), "the dump holds the database");
    })
    .await;
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn key_02_a_secret_is_shown_once_and_its_hash_never() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &[]).await;
        let rotated = owner.post(&format!("{}/rotate", key(&made)), json!({})).await.ok(200);
        assert_ne!(made["secret"], rotated["secret"]);
        let answers = [
            owner.get(&key(&made)).await,
            owner.get(&keys(&acme)).await,
            owner.patch(&key(&made), json!({"title": "Renamed"})).await,
            owner.post(&format!("{}/retire-old-secret", key(&made)), json!({})).await,
            owner.post(&format!("{}/revoke", key(&made)), json!({"reason": "UNUSED"})).await,
            owner.get(&format!("/api/v1/organizations/{acme}/audit-events")).await,
        ];
        for answer in answers {
            assert_eq!(answer.status, 200, "{}", answer.text);
            for secret in [&made["secret"], &rotated["secret"]] {
                assert!(!answer.text.contains(secret.as_str().unwrap()));
            }
            assert!(
                !answer.text.contains("\"hash\"") && !answer.text.contains("\"secret\""),
                "{}",
                answer.text
            );
        }
    })
    .await;
}

#[tokio::test]
async fn key_03_a_revoked_key_is_refused_on_the_very_next_request_everywhere() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        let held = holder(world, &made);
        let replica = world.replica().await;
        let elsewhere = replica.as_deref().map(|url| held.at(url));
        for actor in std::iter::once(&held).chain(&elsewhere) {
            actor.get(&keys(&acme)).await.ok(200);
        }
        owner.post(&format!("{}/revoke", key(&made)), json!({"reason": "LEAKED"})).await.ok(200);
        for actor in std::iter::once(&held).chain(&elsewhere) {
            actor.get(&keys(&acme)).await.problem(401, "unauthenticated");
        }
    })
    .await;
}

#[tokio::test]
async fn key_05_an_unknown_key_and_a_wrong_secret_look_the_same() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (_, other) = world.tenant("Other", "otto").await;
        let (one, two) = (make(&owner, &acme, &[]).await, make(&owner, &acme, &[]).await);
        owner.delete(&key(&two)).await;
        let texts = [
            forged(&one),
            forged_id(&one),
            two["secret"].as_str().unwrap().to_owned(),
            "pol_key_1".to_owned(),
        ];
        let mut seen = Vec::new();
        for text in texts {
            let mut answer = world
                .with(Some(format!("Api-Key {text}")))
                .get(&keys(&other))
                .await
                .problem(401, "unauthenticated");
            answer.as_object_mut().unwrap().remove("request_id");
            seen.push(answer);
        }
        assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:?}");
    })
    .await;
}

/// A key of the same id with a secret of its own, well formed.
fn forged(made: &Value) -> String {
    use polity_domain::secret_format::{SecretBytes, Token};
    let token = Token::parse(made["secret"].as_str().unwrap()).unwrap();
    Token { secret: SecretBytes::new([7; 32]), ..token }.format().expose().to_owned()
}

/// A key that was never made, well formed.
fn forged_id(made: &Value) -> String {
    use polity_domain::secret_format::Token;
    let token = Token::parse(made["secret"].as_str().unwrap()).unwrap();
    Token { id: uuid::Uuid::from_u128(7), ..token }.format().expose().to_owned()
}

#[tokio::test]
async fn key_06_a_key_is_read_from_one_header_in_one_form_only() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        let (text, path) = (made["secret"].as_str().unwrap(), keys(&acme));
        let basic = {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.encode(format!("anybody:{text}"))
        };
        for (header, status) in [
            (format!("Api-Key {text}"), 200),
            (format!("api-key {text}"), 200),
            (format!("Bearer {text}"), 200),
            (format!("Basic {basic}"), 200),
            (format!("Api-Key  {text}"), 400),
            (format!("Api-Key {text}, Bearer {text}"), 400),
            (format!("Api-Key {}", text.to_lowercase()), 401),
            (format!("ApiKey {text}"), 401),
            (text.to_owned(), 401),
            (format!("Api-Key {text}{}", "0".repeat(5_000)), 401),
        ] {
            assert_eq!(world.with(Some(header.clone())).get(&path).await.status, status, "{header}");
        }
        let twice = world
            .nobody()
            .header("authorization", &format!("Api-Key {text}"))
            .header("authorization", "Bearer x");
        twice.get(&path).await.problem(400, "invalid_authorization");
        let in_query = world.nobody().get(&format!("{path}?api_key={text}")).await;
        assert!(!in_query.text.contains(text) && matches!(in_query.status, 400 | 401), "{}", in_query.text);
    })
    .await;
}

#[tokio::test]
async fn key_10_using_a_key_writes_nothing_until_the_worker_does() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        for _ in 0..20 {
            holder(world, &made).get(&keys(&acme)).await.ok(200);
        }
        assert_eq!(owner.get(&key(&made)).await.ok(200)["secrets"][0].get("last_used_time"), None);
        worker::run(world.app.clone(), std::future::ready(())).await;
        let listed = owner.get(&keys(&acme)).await.ok(200);
        assert_eq!(listed["api_keys"][0]["secrets"][0]["last_used_time"], "2026-01-31T12:00:00.000Z");
    })
    .await;
}

#[tokio::test]
async fn key_11_both_secrets_are_valid_while_a_key_is_rotated_and_then_one() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        let rotate = format!("{}/rotate", key(&made));
        let rotated = owner.post(&rotate, json!({"overlap_seconds": 100})).await.ok(200);
        assert_eq!(
            (&rotated["secrets"][0]["number"], &rotated["secrets"][1]["number"]),
            (&json!(2), &json!(1))
        );
        assert_eq!(rotated["secrets"][1]["expire_time"], "2026-01-31T12:01:40.000Z");
        let (old, new) = (holder(world, &made), holder(world, &rotated));
        owner.post(&rotate, json!({})).await.problem(409, "two_secrets");
        world.clock.advance_micros(100_000_000 - 1);
        old.get(&keys(&acme)).await.ok(200);
        world.clock.advance_micros(1);
        old.get(&keys(&acme)).await.problem(401, "unauthenticated");
        new.get(&keys(&acme)).await.ok(200);
        assert_eq!(owner.get(&key(&made)).await.ok(200)["secrets"].as_array().unwrap().len(), 1);
        owner
            .post(&format!("{}/retire-old-secret", key(&made)), json!({}))
            .await
            .problem(409, "no_old_secret");
        let third = owner.post(&rotate, json!({})).await.ok(200);
        assert_eq!(third["secrets"][0]["number"], 3);
        owner.post(&format!("{}/retire-old-secret", key(&made)), json!({})).await.ok(200);
        new.get(&keys(&acme)).await.problem(401, "unauthenticated");
        let at_once = owner.post(&rotate, json!({"overlap_seconds": 0})).await.ok(200);
        holder(world, &third).get(&keys(&acme)).await.problem(401, "unauthenticated");
        holder(world, &at_once).get(&keys(&acme)).await.ok(200);
        owner.post(&rotate, json!({"overlap_seconds": 2_592_001})).await.problem(400, "invalid_value");
    })
    .await;
}

#[tokio::test]
async fn key_12_a_malformed_key_never_reaches_the_database() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &[]).await;
        let mut text = made["secret"].as_str().unwrap().to_owned();
        let last = if text.ends_with('0') { '1' } else { '0' };
        text.pop();
        text.push(last);
        // Without a database only what needs none is answered.
        world.app.store.close().await;
        world.with(Some(format!("Api-Key {text}"))).get(&keys(&acme)).await.problem(401, "unauthenticated");
        let unknown = world.with(Some(format!("Api-Key {}", forged_id(&made)))).get(&keys(&acme)).await;
        assert_eq!(unknown.status, 503, "{}", unknown.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rac_09_of_a_thousand_requests_none_that_begins_after_the_revocation_succeeds() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read"]).await;
        let (held, path) = (holder(world, &made), keys(&acme));
        let asking: Vec<_> = (0..50).map(|_| tokio::spawn(ask(held.clone(), path.clone()))).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        owner.post(&format!("{}/revoke", key(&made)), json!({"reason": "LEAKED"})).await.ok(200);
        let revoked = Instant::now();
        let mut seen = Vec::new();
        for asked in asking {
            seen.extend(asked.await.unwrap());
        }
        let after: Vec<u16> =
            seen.iter().filter(|(begun, _)| *begun > revoked).map(|(_, status)| *status).collect();
        assert_eq!(seen.len(), 1_000);
        assert!(!after.is_empty() && after.iter().all(|status| *status == 401), "{after:?}");
        assert!(seen.iter().all(|(_, status)| matches!(status, 200 | 401)));
    })
    .await;
}

async fn ask(held: Actor, path: String) -> Vec<(Instant, u16)> {
    let mut seen = Vec::new();
    for _ in 0..20 {
        seen.push((Instant::now(), held.get(&path).await.status));
    }
    seen
}
