use std::time::Duration;

use super::*;
use crate::secrets::SecretKey;

const CHEAP: Params = Params { memory_kib: 64, iterations: 1, parallelism: 1 };

fn passwords(params: Params, key: u8) -> Passwords {
    Passwords::new(params, 2, &Secrets::new(&SecretKey::from_bytes([key; 32]))).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(text.to_owned()).unwrap()
}

#[tokio::test]
async fn the_password_that_was_set_is_the_only_one_that_verifies() {
    let passwords = passwords(CHEAP, 1);
    let long = "x".repeat(100);
    for (set, others) in [
        ("correct horse", vec!["correct hors", "correct horse ", " correct horse", "Correct horse"]),
        ("a\0b", vec!["a", "a\0", "a\0c"]),
        (long.as_str(), vec![&long[..99], &long[..72]]),
        ("²", vec!["2"]),
    ] {
        let phc = passwords.hash(&password(set), [5; 16]).await.unwrap();
        let same = passwords.verify(&password(set), Some(&phc)).await.unwrap();
        assert_eq!(same, Verified::Yes { rehash_needed: false });
        for other in others {
            let other = passwords.verify(&password(other), Some(&phc)).await.unwrap();
            assert_eq!(other, Verified::No);
        }
    }
}

#[tokio::test]
async fn a_password_typed_in_another_normal_form_is_the_same() {
    let passwords = passwords(CHEAP, 1);
    for (set, typed) in [("caf\u{e9}", "cafe\u{301}"), ("cafe\u{301}", "caf\u{e9}")] {
        let phc = passwords.hash(&password(set), [5; 16]).await.unwrap();
        let verified = passwords.verify(&password(typed), Some(&phc)).await.unwrap();
        assert_eq!(verified, Verified::Yes { rehash_needed: false });
    }
}

#[tokio::test]
async fn nothing_verifies_where_there_is_no_hash() {
    let passwords = passwords(CHEAP, 1);
    assert_eq!(passwords.verify(&password("anything"), None).await.unwrap(), Verified::No);
}

#[tokio::test]
async fn a_hash_is_worth_nothing_without_the_instance_s_key() {
    let phc = passwords(CHEAP, 1).hash(&password("correct horse"), [5; 16]).await.unwrap();
    let other = passwords(CHEAP, 2).verify(&password("correct horse"), Some(&phc)).await.unwrap();
    assert_eq!(other, Verified::No);
}

#[tokio::test]
async fn a_hash_of_another_cost_verifies_and_wants_to_be_made_anew() {
    let phc = passwords(CHEAP, 1).hash(&password("correct horse"), [5; 16]).await.unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$BQUFBQUFBQUFBQUFBQUFBQ$"), "{phc}");
    for params in [
        Params { memory_kib: 128, ..CHEAP },
        Params { iterations: 2, ..CHEAP },
        Params { parallelism: 2, ..CHEAP },
    ] {
        let verified = passwords(params, 1).verify(&password("correct horse"), Some(&phc)).await.unwrap();
        assert_eq!(verified, Verified::Yes { rehash_needed: true });
    }
}

#[tokio::test]
async fn a_stored_hash_that_cannot_be_read_is_a_fault_of_ours() {
    let passwords = passwords(CHEAP, 1);
    let good = passwords.hash(&password("correct horse"), [5; 16]).await.unwrap();
    for phc in [
        "",
        "$argon2id$v=19$m=64,t=1,p=1$BQUFBQUFBQUFBQUFBQUFBQ",
        "$argon2id$v=19$m=64,t=1,p=1",
        "$2b$12$abcdefghijklmnopqrstuv",
        &good.replace("m=64", "m=4294967295"),
        &good.replace("t=1", "t=4294967295"),
    ] {
        let error = passwords.verify(&password("correct horse"), Some(phc)).await.unwrap_err();
        assert_eq!(error.code, "internal", "{phc}");
    }
}

#[tokio::test]
async fn whoever_comes_when_too_many_wait_is_sent_away_and_the_others_are_served() {
    let passwords = Passwords { most_waiting: 2, ..passwords(CHEAP, 1) };
    // All threads are taken.
    let threads = Arc::clone(&passwords.threads).acquire_many_owned(2).await.unwrap();
    let password = password("anything");
    let wait = || passwords.verify(&password, None);
    let (mut first, mut second) = (Box::pin(wait()), Box::pin(wait()));
    for waiting in [&mut first, &mut second] {
        assert!(tokio::time::timeout(Duration::from_millis(1), waiting).await.is_err());
    }
    let error = wait().await.unwrap_err();
    assert_eq!((error.code, error.retry_after), ("unavailable", Some(1)));
    // Who leaves makes room.
    drop(second);
    let mut third = Box::pin(wait());
    assert!(tokio::time::timeout(Duration::from_millis(1), &mut third).await.is_err());
    drop(threads);
    assert_eq!(first.await.unwrap(), Verified::No);
    assert_eq!(third.await.unwrap(), Verified::No);
    assert_eq!(passwords.waiting.load(Ordering::Relaxed), 0);
    assert_eq!(passwords.threads.available_permits(), 2);
}

#[tokio::test]
async fn memory_is_kept_for_no_more_hashes_than_run_at_once() {
    let passwords = passwords(CHEAP, 1);
    let password = password("anything");
    let all = (0..8).map(|_| passwords.verify(&password, None));
    let mut set: Vec<_> = all.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        set.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if set.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    assert!((1..=2).contains(&passwords.hasher.idle_memory()));
    // What was needed once is kept for once.
    passwords.give_back_memory();
    assert!(passwords.hasher.idle_memory() >= 1);
    passwords.verify(&password, None).await.unwrap();
    passwords.give_back_memory();
    assert_eq!(passwords.hasher.idle_memory(), 1);
    passwords.give_back_memory();
    assert_eq!(passwords.hasher.idle_memory(), 0);
}

#[test]
fn a_cost_that_argon2_does_not_know_is_refused() {
    let secrets = Secrets::new(&SecretKey::from_bytes([1; 32]));
    for params in [
        Params { memory_kib: 7, ..CHEAP },
        Params { memory_kib: u32::MAX, ..CHEAP },
        Params { iterations: 0, ..CHEAP },
        Params { parallelism: 0, ..CHEAP },
    ] {
        assert!(Passwords::new(params, 1, &secrets).is_err(), "{params:?}");
    }
}

#[test]
fn a_password_has_a_length() {
    let code = |text: String| Password::parse(text).err().map(|problem| problem.code);
    assert_eq!(code(String::new()), Some("password_too_short"));
    assert_eq!(code("x".repeat(1024)), None);
    assert_eq!(code("😀".repeat(1024)), None);
    assert_eq!(code("x".repeat(1025)), Some("password_too_long"));
    assert_eq!(code("x".repeat(10_000_000)), Some("password_too_long"));
    assert_eq!(format!("{:?}", password("secret")), "[redacted]");
}

#[test]
fn common_passwords_and_words_of_the_context_are_refused() {
    let context = ["alice.wonder@example.test", "Alice Wonder", "Rabbit Hole Ltd"];
    for text in [
        "password",
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "Password1!",
        "P@ssw0rd",
        "p4ssw0rd123",
        "letmein123",
        "superman1",
        "football2024",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "1q2w3e4r5t",
        "zaq12wsx",
        "passwordpassword",
        "trustno1trustno1",
        "politypolity",
        "Polity2026",
        "polity123!",
        "alicewonder",
        "Alice2026!",
        "wonderalice1",
        "rabbithole",
        "alice.wonder",
        "example.test",
        "alice.wonder@example.test",
        "19871224",
        "sunshine1",
        "Polity2026!",
        "P0l1ty!2026",
        "rabbithole1!",
        "P@ssw0rd123",
        "Welcome1!",
        "alicealicealicealice",
        "Al1ceW0nder!23",
    ] {
        let problem = strength(&password(text), 1, &context).err();
        assert_eq!(problem.map(|problem| problem.code), Some("password_too_common"), "{text}");
    }
}

#[test]
fn pass_phrases_and_random_passwords_are_accepted_without_rules_of_composition() {
    for text in [
        "correct horse battery staple",
        "purple monkey dishwasher",
        "tea lamp river",
        "kqzvwxypjm",
        "7f3c9a1be2",
        "Regenschirm im Wohnzimmer",
        "雨の日は図書館へ",
        "alice likes purple teapots",
        "Alice-xk29Zqw",
    ] {
        assert_eq!(strength(&password(text), 8, &["alice@example.test"]), Ok(()), "{text}");
    }
    assert_eq!(strength(&password(&"word lamp tea ".repeat(70)), 8, &[]), Ok(()));
}

#[tokio::test]
async fn a_password_is_judged_in_its_turn() {
    let passwords = passwords(CHEAP, 1);
    let judged = async |text| passwords.check(&password(text), 8, &["bob@example.test"]).await.unwrap();
    assert_eq!(judged("tea lamp river").await, Ok(()));
    assert_eq!(judged("bobexample").await.unwrap_err().code, "password_too_common");
    let error = judged("short").await.unwrap_err().at("/password");
    assert_eq!((error.code, error.fields[0].field.as_str()), ("password_too_short", "/password"));
}

#[test]
fn a_password_made_to_take_long_does_not() {
    let start = std::time::Instant::now();
    for text in ["4@8({[<369&#!1/|0$5+7%2".repeat(40), "a4@e3i1!o0s5$".repeat(70), "1111122222".repeat(100)] {
        let _ = strength(&password(&text), 8, &[&"word-".repeat(1000)]);
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn the_length_is_counted_in_characters() {
    let code = |text| strength(&password(text), 12, &[]).err().map(|problem| problem.code);
    assert_eq!(code("kqzvwxypjmt"), Some("password_too_short"));
    assert_eq!(code("kqzvwxypjmtw"), None);
    assert_eq!(code("éééööößéüäî"), Some("password_too_short"));
}
