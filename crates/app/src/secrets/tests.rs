use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn secrets() -> Secrets {
    Secrets::new(&SecretKey::from_bytes([7; 32]))
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[test]
fn a_key_is_read_in_each_of_its_spellings_and_in_no_other() {
    let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8 + 1).unwrap());
    let key = SecretKey::from_bytes(bytes);
    let base64 = key.expose();
    let hex = hex(&bytes);
    for text in [
        base64.to_string(),
        format!("{}=", *base64),
        base64.replace('-', "+").replace('_', "/"),
        format!(" {}\n", *base64),
        hex.clone(),
        hex.to_uppercase(),
    ] {
        assert_eq!(*SecretKey::parse(&text).unwrap().0, bytes, "{text}");
    }
    for text in [
        "",
        &base64[1..],
        &format!("{}A", *base64),
        &format!("{}==", *base64),
        &hex[1..],
        &format!("{}g", &hex[1..]),
        &format!("+{}", &hex[1..]),
        &"é".repeat(32),
        &"0".repeat(64),
        &"A".repeat(43),
        // The last character holds bits that no byte holds.
        &format!("{}_", &base64[..42]),
    ] {
        assert_eq!(SecretKey::parse(text).err(), Some(InvalidSecretKey), "{text}");
    }
    assert_eq!(format!("{key:?}"), "[redacted]");
}

#[test]
fn a_secret_is_known_only_as_the_kind_and_id_it_was_made_for() {
    let secrets = secrets();
    let secret = SecretBytes::new([1; 32]);
    let hash = secrets.hash_secret(TokenKind::ApiKey, id(1), &secret);
    assert!(secrets.verify_secret(TokenKind::ApiKey, id(1), &secret, &hash));
    assert!(!secrets.verify_secret(TokenKind::RefreshToken, id(1), &secret, &hash));
    assert!(!secrets.verify_secret(TokenKind::ApiKey, id(2), &secret, &hash));
    assert!(!secrets.verify_secret(TokenKind::ApiKey, id(1), &SecretBytes::new([2; 32]), &hash));
    assert!(!secrets.verify_secret(TokenKind::ApiKey, id(1), &secret, &hash[..31]));
    assert!(!secrets.verify_secret(TokenKind::ApiKey, id(1), &secret, &[]));
    let other = Secrets::new(&SecretKey::from_bytes([8; 32]));
    assert!(!other.verify_secret(TokenKind::ApiKey, id(1), &secret, &hash));
}

#[test]
fn a_link_s_secret_can_be_made_again_and_changes_with_each_generation() {
    let secrets = secrets();
    let first = secrets.one_time_secret(TokenKind::Invitation, id(1), 1);
    assert!(first == secrets.one_time_secret(TokenKind::Invitation, id(1), 1));
    assert!(first != secrets.one_time_secret(TokenKind::Invitation, id(1), 2));
    assert!(first != secrets.one_time_secret(TokenKind::Registration, id(1), 1));
    assert!(first != secrets.one_time_secret(TokenKind::Invitation, id(2), 1));
}

#[test]
fn a_page_token_with_a_changed_byte_is_refused() {
    let secrets = secrets();
    let mac = secrets.page_token_mac(b"after 3");
    assert!(secrets.verify_page_token(b"after 3", &mac));
    assert!(!secrets.verify_page_token(b"after 4", &mac));
    assert!(!secrets.verify_page_token(b"after 3", &mac[..15]));
}

#[test]
fn counters_are_kept_apart_whatever_the_text() {
    let secrets = secrets();
    assert_eq!(secrets.counter_key("login", "a@x.test"), secrets.counter_key("login", "a@x.test"));
    assert_ne!(secrets.counter_key("login", "a@x.test"), secrets.counter_key("register", "a@x.test"));
    assert_ne!(secrets.counter_key("ab", "c"), secrets.counter_key("a", "bc"));
}

#[test]
fn a_sealed_value_opens_only_with_what_it_was_sealed_with() {
    let secrets = secrets();
    let sealed = secrets.seal("answers", b"key", [3; NONCE_LENGTH], b"the secret").unwrap();
    assert_eq!(secrets.open("answers", b"key", &sealed).unwrap().as_slice(), b"the secret");
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    assert!(secrets.open("other", b"key", &sealed).is_none());
    assert!(secrets.open("answers", b"other", &sealed).is_none());
    assert!(secrets.open("answersk", b"ey", &sealed).is_none());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(secrets.open("answers", b"key", &changed).is_none());
        assert!(secrets.open("answers", b"key", &sealed[..at]).is_none());
    }
}

#[test]
fn what_is_derived_stays_what_it_was() {
    let secrets = secrets();
    let known = [
        hex(&secrets.check_value()),
        hex(secrets.one_time_secret(TokenKind::Invitation, id(1), 1).expose()),
        hex(secrets.signing_seed(id(1)).as_slice()),
        hex(secrets.ledger_signing_seed().as_slice()),
        hex(secrets.pepper().as_slice()),
    ];
    assert_eq!(known, KNOWN);
}

/// A change of any of these ends every link, key or password that is out there.
const KNOWN: [&str; 5] = [
    "d64ebfb6e0744685ce557408b86c8fb2ff95d9da30001d4d381d6c4322095685",
    "96a0627deb2768479198f03d8a69e9aeb1aef8968eca583276059776392f3492",
    "ca70b183a252dbe2dc9335681b5cac2c92fe1cd7a5817f8d3dc1a99ee4b42c14",
    "9589a3a9de0616677835c4a0aa667a2330d0ef36446bd62a569074c4a3d3cd35",
    "ed937d6d027f97cb8a1f06d9f0e259e5c5a00837e01cd5261922d7b74257f065",
];
