use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::*;

const NOW: Time = Time(1_800_000_000_000_000);
const TTL: i64 = 900;
const ISSUER: &str = "https://polity.test";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn user() -> UserId {
    UserId::from_uuid(id(1))
}

fn session() -> SessionId {
    SessionId::from_uuid(id(2))
}

fn key(number: u8, activate: i64, retire: i64) -> SigningKey {
    let period = Period { activate_time: NOW.plus_seconds(activate), retire_time: NOW.plus_seconds(retire) };
    SigningKey::new(id(u128::from(number)), &[number; 32], period)
}

fn tokens() -> AccessTokens {
    let tokens = AccessTokens::new(ISSUER.to_owned(), TTL);
    tokens.replace_keys(vec![key(10, -100, 10_000)]);
    tokens
}

fn issue(tokens: &AccessTokens) -> String {
    tokens.issue(user(), session(), NOW, id(3)).unwrap()
}

fn payload() -> Value {
    json!({
        "iss": ISSUER, "sub": user(), "aud": ISSUER, "client_id": "polity", "sid": session(), "jti": id(3),
        "iat": NOW.unix_seconds(), "exp": NOW.unix_seconds() + TTL,
    })
}

/// A token with any header and payload, rightly signed by key 10.
fn signed(header: &Value, payload: &Value) -> String {
    use base64::Engine;
    let part = |value: &Value| base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(payload));
    let key = key(10, 0, 0);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key.signing, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

fn own_header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": id(10).to_string() })
}

#[test]
fn a_token_says_whose_it_is_until_it_expires() {
    let tokens = tokens();
    let token = issue(&tokens);
    let claims = Claims { user_id: user(), session_id: session(), expire_time: NOW.plus_seconds(TTL) };
    for _ in 0..2 {
        assert_eq!(tokens.verify(&token, NOW), Some(claims));
        assert_eq!(tokens.verify(&token, Time(claims.expire_time.0 - 1)), Some(claims));
        assert_eq!(tokens.verify(&token, claims.expire_time), None);
    }
    tokens.remembered.invalidate_all();
    assert_eq!(tokens.verify(&token, claims.expire_time), None);
}

#[test]
fn another_implementation_reads_and_verifies_the_token_with_the_published_key() {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
    let tokens = tokens();
    let token = issue(&tokens);
    let jwks = tokens.jwks(NOW);
    let jwk = jwks["keys"][0].as_object().unwrap();
    assert_eq!(
        (&jwk["kty"], &jwk["crv"], &jwk["use"], &jwk["alg"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("sig"), &json!("EdDSA"))
    );
    assert_eq!(jwk.len(), 6, "nothing private");
    let public: [u8; 32] = BASE64.decode(jwk["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&BASE64.decode(signature).unwrap()).unwrap();
    let public = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
    public.verify_strict(message.as_bytes(), &signature).unwrap();
    let (head, body) = message.split_once('.').unwrap();
    let json = |part| serde_json::from_slice::<Value>(&BASE64.decode(part).unwrap()).unwrap();
    assert_eq!(json(head), own_header());
    assert_eq!(json(body), payload());
}

#[test]
fn a_token_of_a_session_that_ended_is_refused_at_once_and_on_every_later_request() {
    for seen_before in [true, false] {
        let tokens = tokens();
        let token = issue(&tokens);
        if seen_before {
            assert!(tokens.verify(&token, NOW).is_some());
        }
        tokens.forget_session(session(), NOW.plus_seconds(1));
        for seconds in [0, 1, TTL - 1] {
            assert_eq!(tokens.verify(&token, NOW.plus_seconds(seconds)), None);
        }
        let other = tokens.issue(user(), SessionId::from_uuid(id(9)), NOW, id(4)).unwrap();
        assert!(tokens.verify(&other, NOW).is_some());
    }
}

#[test]
fn one_changed_character_is_refused() {
    let tokens = tokens();
    let token = issue(&tokens);
    assert!(tokens.verify(&token, NOW).is_some());
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(tokens.verify(std::str::from_utf8(&bytes).unwrap(), NOW), None, "{at}");
    }
    for changed in [
        format!("{token} "),
        format!(" {token}"),
        format!("{token}="),
        format!("{token}."),
        token[..token.len() - 1].to_owned(),
        String::new(),
        "..".to_owned(),
        "a".repeat(1_000_000),
    ] {
        assert_eq!(tokens.verify(&changed, NOW), None);
    }
}

#[test]
fn only_the_very_header_that_is_written_here_is_accepted() {
    let tokens = tokens();
    assert!(tokens.verify(&signed(&own_header(), &payload()), NOW).is_some());
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("eddsa")),
        ("alg", json!("")),
        ("alg", Value::Null),
        ("alg", json!(["EdDSA"])),
        ("typ", json!("JWT")),
        ("typ", json!("dpop+jwt")),
        ("typ", Value::Null),
        ("kid", json!(id(11).to_string())),
        ("kid", json!("")),
        ("kid", Value::Null),
        ("kid", json!(10)),
        ("kid", json!(id(10).simple().to_string())),
        ("kid", json!("../../dev/null")),
        ("crit", json!(["exp"])),
        ("jku", json!("https://evil.test")),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
        ("jwk", tokens.jwks(NOW)["keys"][0].clone()),
    ] {
        let mut header = own_header();
        header[name] = value.clone();
        assert_eq!(tokens.verify(&signed(&header, &payload()), NOW), None, "{name} {value}");
        header.as_object_mut().unwrap().remove(name);
        if ["alg", "typ", "kid"].contains(&name) {
            assert_eq!(tokens.verify(&signed(&header, &payload()), NOW), None, "no {name}");
        }
    }
}

#[test]
fn a_claim_that_is_absent_mistyped_or_another_s_is_refused() {
    let tokens = tokens();
    let now = NOW.unix_seconds();
    for (name, values) in [
        ("iss", vec![json!("https://evil.test"), json!("https://polity.test/"), json!([ISSUER])]),
        ("aud", vec![json!("https://evil.test"), json!([ISSUER]), json!([ISSUER, "x"])]),
        ("client_id", vec![json!("other"), json!(1)]),
        ("sub", vec![json!(session()), json!(""), json!(id(1))]),
        ("sid", vec![json!(user()), json!("")]),
        ("jti", vec![json!(1), json!("")]),
        (
            "exp",
            vec![
                json!(now),
                json!(now - 1),
                json!((now + TTL).to_string()),
                json!(now + TTL + 1),
                json!(1.5),
                json!(i64::MAX),
                json!(u64::MAX),
                json!(-1),
                json!(i64::MIN),
            ],
        ),
        (
            "iat",
            vec![json!(now.to_string()), json!(now + TTL), json!(now - 1), json!(i64::MIN), json!(i64::MAX)],
        ),
    ] {
        let mut changed = payload();
        for value in values.into_iter().chain([Value::Null]) {
            changed[name] = value;
            assert_eq!(tokens.verify(&signed(&own_header(), &changed), NOW), None, "{changed}");
        }
        changed.as_object_mut().unwrap().remove(name);
        assert_eq!(tokens.verify(&signed(&own_header(), &changed), NOW), None, "no {name}");
    }
}

#[test]
fn the_public_key_is_no_hmac_key() {
    let tokens = tokens();
    let public = DecodingBytes::of(&tokens);
    let header = Header { alg: Algorithm::HS256, ..header(id(10)) };
    let token = encode(&header, &payload(), &EncodingKey::from_secret(&public.0)).unwrap();
    assert_eq!(tokens.verify(&token, NOW), None);
}

struct DecodingBytes(Vec<u8>);

impl DecodingBytes {
    fn of(tokens: &AccessTokens) -> Self {
        Self(tokens.keys.load()[0].verifying.try_get_as_bytes().unwrap().to_vec())
    }
}

#[test]
fn the_newest_active_key_signs_and_the_others_are_believed_until_they_retire() {
    let tokens = AccessTokens::new(ISSUER.to_owned(), TTL);
    let kid = |token: &str| decode_header(token).unwrap().kid.unwrap();
    assert_eq!(tokens.issue(user(), session(), NOW, id(3)).unwrap_err().code, "unavailable");
    tokens.replace_keys(vec![key(10, -1000, 5000), key(11, 100, 9000)]);
    let first = issue(&tokens);
    assert_eq!(kid(&first), id(10).to_string());
    let second = tokens.issue(user(), session(), NOW.plus_seconds(100), id(3)).unwrap();
    assert_eq!(kid(&second), id(11).to_string());
    assert!(tokens.verify(&first, NOW.plus_seconds(100)).is_some());
    assert_eq!(tokens.jwks(NOW)["keys"].as_array().unwrap().len(), 2);
    assert_eq!(tokens.jwks(NOW.plus_seconds(5000))["keys"].as_array().unwrap().len(), 1);
    // A key that is taken away takes its tokens with it, also those verified before.
    tokens.replace_keys(vec![key(11, 100, 9000)]);
    assert_eq!(tokens.verify(&first, NOW.plus_seconds(100)), None);
    assert!(tokens.verify(&second, NOW.plus_seconds(100)).is_some());
}

#[test]
fn a_key_signs_nothing_that_would_outlive_it() {
    let tokens = AccessTokens::new(ISSUER.to_owned(), TTL);
    tokens.replace_keys(vec![key(10, -1000, TTL - 1)]);
    assert_eq!(tokens.issue(user(), session(), NOW, id(3)).unwrap_err().code, "unavailable");
    tokens.replace_keys(vec![key(10, -1000, TTL)]);
    let token = issue(&tokens);
    assert!(tokens.verify(&token, NOW.plus_seconds(TTL - 1)).is_some());
}

#[test]
fn a_token_of_another_key_with_a_known_id_is_refused() {
    let tokens = tokens();
    let token = issue(&tokens);
    let period = Period { activate_time: NOW, retire_time: NOW.plus_seconds(10_000) };
    tokens.replace_keys(vec![SigningKey::new(id(10), &[99; 32], period)]);
    assert_eq!(tokens.verify(&token, NOW), None);
}
