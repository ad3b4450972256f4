//! What is read from outside: addresses, names, tokens, checkpoints. Whatever comes in, nothing panics,
//! and what is accepted comes out the same when it is read again.

use ed25519_dalek::SigningKey;
use polity_domain::email::Email;
use polity_domain::ledger::checkpoint::Checkpoint;
use polity_domain::secret_format::{SecretBytes, Token, TokenKind};
use polity_domain::text::{Slug, Title, skeleton};
use polity_domain::time::Time;
use proptest::prelude::*;
use uuid::Uuid;

fn tokens() -> impl Strategy<Value = Token> {
    let kind = prop::sample::select(TokenKind::ALL.to_vec());
    (kind, any::<u128>(), any::<[u8; 32]>()).prop_map(|(kind, id, secret)| Token {
        kind,
        id: Uuid::from_u128(id),
        secret: SecretBytes::new(secret),
    })
}

/// Text in which each character has a say: letters with look-alikes, case quirks, marks, invisibles.
fn tricky_text() -> impl Strategy<Value = String> {
    let characters: Vec<char> =
        "aIiİıßẞſKkΣσςΝνНнОоοǅŉﬁ㎏ΐΰ\u{307}\u{301}\u{345}\u{200b}\u{ad} \t\u{a0}Ａ＠@.x-é각\u{1160}"
            .chars()
            .collect();
    let character = prop_oneof![prop::sample::select(characters), any::<char>()];
    prop::collection::vec(character, 0..12).prop_map(String::from_iter)
}

#[test]
fn an_iso_8601_time_is_read_in_utc_unless_it_says_otherwise() {
    let expected = Time::parse("2023-11-05T13:15:30Z");
    assert!(expected.is_some());
    for text in [
        "2023-11-05T13:15:30Z",
        "2023-11-05T13:15:30.000Z",
        "2023-11-05T13:15:30",
        "20231105T131530Z",
        "2023-11-05T14:15:30+01:00",
        "2023-11-05T08:15:30-05",
        "2023-W44-7T13:15:30Z",
        "2023-309T13:15:30Z",
    ] {
        assert_eq!(Time::parse_iso(text), expected, "{text}");
    }
    assert_eq!(Time::parse_iso("2023-11-05"), Time::parse("2023-11-05T00:00:00Z"));
    for text in [
        "",
        "T",
        "yesterday",
        "13:15",
        "T13:15:30Z",
        "2023-11-05T13:15:30+25:00",
        "2023-02-29",
        "2023-11-05T",
        "2023-11-05T13:15:30Zjunk",
        "2023-11-05 13:15:30",
        "0000-01-01",
        "-000001-01-01",
        "+010000-01-01",
        "Z",
    ] {
        assert_eq!(Time::parse_iso(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_an_iso_8601_time_or_none(text in "\\PC{0,24}|[-+0-9TWZ:.]{0,32}") {
        if let Some(time) = Time::parse_iso(&text) {
            prop_assert!(time <= Time::MAX, "{text}");
        }
    }

    #[test]
    fn every_rfc_3339_time_is_an_iso_8601_time(micros in 0..=Time::MAX.0) {
        let written = Time(micros).to_string();
        prop_assert_eq!(Time::parse_iso(&written), Time::parse(&written));
    }

    #[test]
    fn a_token_comes_back(token in tokens()) {
        let text = token.format();
        prop_assert!(text.expose().starts_with(&token.prefix()));
        prop_assert_eq!(Token::parse(text.expose()), Ok(token));
    }

    #[test]
    fn a_token_with_one_other_character_is_refused(
        token in tokens(), at in any::<prop::sample::Index>(), other in any::<char>(),
    ) {
        let text = token.format();
        let at = at.index(text.expose().len());
        let mut changed = text.expose().to_owned();
        changed.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
        prop_assume!(changed != text.expose());
        prop_assert!(Token::parse(&changed).is_err());
    }

    #[test]
    fn whatever_is_read_as_a_token_is_refused_or_comes_out_the_same(
        text in "pol_(key|inv|link|rt|reg|boot)_[0-9A-Za-z]{71}|pol_.{0,90}|\\PC*",
    ) {
        if let Ok(token) = Token::parse(&text) {
            let again = token.format();
            prop_assert_eq!(again.expose(), text);
        }
    }

    #[test]
    fn an_accepted_address_is_one_and_stays_as_it_is(
        text in prop_oneof![
            "[a-zA-Z0-9.+_-]{1,20}@[a-zA-Z0-9üößΣ。-]{1,12}\\.[a-zA-Z0-9テ]{1,8}",
            (tricky_text(), tricky_text()).prop_map(|(local, domain)| format!("{local}@{domain}.test")),
            any::<String>(),
        ],
    ) {
        let Ok(email) = Email::parse(&text) else { return Ok(()) };
        let written = email.as_str();
        prop_assert!(written.is_ascii() && written.len() <= 254);
        prop_assert_eq!(written.matches('@').count(), 1);
        prop_assert!(!written.contains(|c: char| c.is_whitespace() || c.is_control()));
        prop_assert_eq!(written.to_lowercase(), email.canonical());
        prop_assert_eq!(Email::parse(written), Ok(email.clone()));
        let canonical = Email::parse(email.canonical()).unwrap();
        prop_assert_eq!((canonical.as_str(), canonical.domain()), (email.canonical(), email.domain()));
    }

    #[test]
    fn a_title_is_kept_and_a_slug_too(text in prop_oneof![tricky_text(), "[a-z0-9-]{0,70}"]) {
        if let Ok(title) = Title::parse(&text) {
            prop_assert_eq!(title.as_str(), &text);
            prop_assert!(!title.skeleton().is_empty());
        }
        if let Ok(slug) = Slug::parse(&text) {
            prop_assert_eq!(slug.as_str(), &text);
        }
    }

    #[test]
    fn a_skeleton_is_its_own_skeleton_and_knows_no_case(text in tricky_text()) {
        let bare = skeleton(&text);
        prop_assert_eq!(skeleton(&bare), bare.clone());
        prop_assert_eq!(skeleton(&format!(" {text}\u{200b}\n")), bare);
    }

    #[test]
    fn plain_words_in_any_case_share_a_skeleton(text in "[a-zA-Zß ]{1,20}|[а-яА-Я]{1,20}|[α-ωΑ-Ω]{1,20}") {
        prop_assert_eq!(skeleton(&text.to_lowercase()), skeleton(&text));
        prop_assert_eq!(skeleton(&text.to_uppercase()), skeleton(&text));
    }

    #[test]
    fn a_checkpoint_comes_back(
        origin in "[!-~][ -~]{0,30}", size in any::<u64>(), root in any::<[u8; 32]>(), seed in any::<[u8; 32]>(),
    ) {
        let key = SigningKey::from_bytes(&seed);
        let checkpoint = Checkpoint::new(origin, size, root).unwrap();
        let note = checkpoint.sign("log.example/1", &key).unwrap();
        let read = Checkpoint::parse_and_verify(&note, "log.example/1", &key.verifying_key());
        prop_assert_eq!(read, Ok(checkpoint));
    }

    #[test]
    fn whatever_is_read_as_a_checkpoint_is_refused_unless_signed(
        text in "(\\PC*\n){0,5}\n(\u{2014} log [A-Za-z0-9+/=]{0,100}\n){0,3}|\\PC*",
    ) {
        let key = SigningKey::from_bytes(&[1; 32]).verifying_key();
        prop_assert!(Checkpoint::parse_and_verify(&text, "log", &key).is_err());
    }
}
