//! What is believed: only what was signed, as it was signed, and no longer than it may be.

use base64::Engine as _;
use ed25519_dalek::{Signer as _, SigningKey};
use polity_domain::access::bundle::{BundleError, Follower, Keys, News, Refused, VERSION};
use polity_domain::access::{Circumstances, Decision, Denial, Snapshot};
use polity_domain::permissions::Scopes;
use polity_domain::policies::Given;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::time::Time;
use proptest::prelude::*;
use sha2::Digest as _;

use super::{KEY_ID, bytes, follower, keys, signing_key};
use crate::world::{World, assignment, member, org, steps, user};
use polity_domain::ledger::event::Change;

const SECOND: i64 = 1_000_000;

/// One member who is Owner.
fn owned() -> World {
    let mut world = World::new();
    world.record(Change::MemberAdded(member(org(0), 0, None)));
    let owner = assignment(0, org(0), Principal::User(user(0)), BuiltIn::Owner.id());
    world.record(Change::RoleAssignmentCreated(owner));
    world
}

fn heartbeat(of: &Follower, time: Time) -> News {
    News {
        tree_id: of.tree_id(),
        organization_id: org(0),
        descendants: true,
        from: of.revision(),
        revision: of.revision(),
        time,
        facts: Vec::new(),
    }
}

fn signed(news: &News) -> String {
    news.sign(KEY_ID, &signing_key()).unwrap()
}

fn ask(follower: &Follower, now: Time) -> Result<Decision, Refused> {
    follower.check(&Principal::User(user(0)), "members.read", org(0), None, now)
}

#[test]
fn a_token_is_held_to_its_scopes_and_they_make_nothing_younger() {
    let follower = follower(&owned().snapshot, org(0), true);
    let within = |scopes: &[&str], now| {
        let mut given = Given::default();
        given.scopes = Scopes::read(scopes.iter().map(|one| (*one).to_owned()).collect()).ok();
        let when = Circumstances::told(now, &given);
        follower.check(&Principal::User(user(0)), "members.read", org(0), None, when)
    };
    assert_eq!(within(&["members.*"], Time(0)), Ok(Decision::Allowed));
    for scopes in [&["members.add", "roles.*"][..], &[]] {
        assert_eq!(within(scopes, Time(0)), Ok(Decision::Denied(Denial::OutOfScope)));
    }
    assert_eq!(within(&["members.*"], Time(61 * SECOND)), Err(Refused::Stale));
}

proptest! {
    #![proptest_config(crate::world::cases(300))]

    #[test]
    fn a_changed_or_cut_off_text_is_an_error_and_never_a_panic(
        steps in steps(20), at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()
    ) {
        let world = World::of(&steps);
        let damage = |mut bytes: Vec<u8>| {
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
            bytes
        };
        let bundle = damage(bytes(&world.snapshot, org(0), true));
        prop_assert!(Follower::open(&bundle, &keys(), org(0), Time(0), 60).is_err());
        let saved = damage(world.snapshot.save(Time(0)).unwrap());
        prop_assert!(Snapshot::load(&saved).is_err());
        let mut following = follower(&world.snapshot, org(0), true);
        let news = damage(signed(&heartbeat(&following, Time(9))).into_bytes());
        if let Ok(news) = String::from_utf8(news) {
            prop_assert!(following.apply(&news, &keys(), Time(9)).is_err());
            prop_assert_eq!(following.as_of(), Time(0));
        }
    }

    #[test]
    fn any_bytes_at_all_are_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Follower::open(&bytes, &keys(), org(0), Time(0), 60).is_err());
        prop_assert!(Snapshot::load(&bytes).is_err());
    }
}

#[test]
fn every_byte_of_a_bundle_counts() {
    let whole = bytes(&owned().snapshot, org(0), true);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(Follower::open(&changed, &keys(), org(0), Time(0), 60).is_err(), "byte {at}");
        assert!(Follower::open(&whole[..at], &keys(), org(0), Time(0), 60).is_err(), "cut at {at}");
    }
}

#[test]
fn only_a_known_key_is_believed_and_only_for_what_it_signed() {
    let world = owned();
    let bundle = world.snapshot.bundle(org(0), true, Time(0), usize::MAX).unwrap().unwrap();
    let open = |bytes: &[u8], keys: &Keys| Follower::open(bytes, keys, org(0), Time(0), 60).map(drop);
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let forged = bundle.sign(KEY_ID, &stranger).unwrap();
    assert_eq!(open(&forged, &keys()), Err(BundleError::InvalidSignature));
    let unknown = bundle.sign("two", &stranger).unwrap();
    assert_eq!(open(&unknown, &keys()), Err(BundleError::UnknownKey("two".to_owned())));
    assert_eq!(open(&unknown, &Keys::default()), Err(BundleError::UnknownKey("two".to_owned())));
    // A signature over the same text as something else: news, a token, the bare text.
    let text = serde_json::to_string(&bundle.header).unwrap();
    for prefix in ["", "polity access news v1\n"] {
        let signature = signing_key().sign(format!("{prefix}{text}").as_bytes()).to_bytes();
        let signature = base64::engine::general_purpose::STANDARD.encode(signature);
        let bytes = [format!("{text}\n{KEY_ID} {signature}\n").as_bytes(), &bundle.body].concat();
        assert_eq!(open(&bytes, &keys()), Err(BundleError::InvalidSignature), "{prefix:?}");
    }
    // A saved snapshot is sealed by nobody.
    let saved = world.snapshot.save(Time(0)).unwrap();
    assert!(open(&saved, &keys()).is_err());
    assert!(Snapshot::load(&bundle.sign(KEY_ID, &signing_key()).unwrap()).is_err());
}

#[test]
fn a_signed_text_that_says_what_is_not_understood_is_refused() {
    let world = owned();
    let bundle = world.snapshot.bundle(org(0), true, Time(0), usize::MAX).unwrap().unwrap();
    let open = |bundle: &polity_domain::access::bundle::Unsigned| {
        let bytes = bundle.sign(KEY_ID, &signing_key()).unwrap();
        Follower::open(&bytes, &keys(), org(0), Time(0), 60).map(drop)
    };
    let mut newer = bundle.clone();
    newer.header.version = VERSION + 1;
    assert_eq!(open(&newer), Err(BundleError::Version(VERSION + 1)));
    let mut other = bundle.clone();
    other.header.organization_id = Some(org(1));
    assert_eq!(open(&other), Err(BundleError::NotAskedFor));
    let mut miscounted = bundle.clone();
    miscounted.header.facts += 1;
    assert_eq!(open(&miscounted), Err(BundleError::Malformed));
    let text = String::from_utf8(bundle.body.clone()).unwrap();
    let with = |text: String| {
        let mut changed = bundle.clone();
        changed.header.sha256 =
            sha2::Sha256::digest(&text).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        changed.body = text.into_bytes();
        open(&changed)
    };
    assert_eq!(with(text.clone()), Ok(()));
    // A condition that this reader does not know.
    let place = text.replace("\"member\":true", "\"member\":true,\"only_on_mondays\":true");
    assert_ne!(place, text);
    assert_eq!(with(place), Err(BundleError::Malformed));
    // A built-in role that holds more or less than it does here.
    let less = text.replacen("\"members.add\",", "", 1);
    assert_ne!(less, text);
    assert_eq!(with(less), Err(BundleError::OtherCatalogue));
    // A permission of Polity's own that this reader does not know yet is no hindrance.
    let more = text.replacen("\"members.add\",", "\"members.add\",\"members.teleport\",", 1);
    assert_eq!(with(more), Ok(()));
    // An organization twice, or below one that is not there.
    let top = text.lines().find(|line| line.contains("\"organization\":{")).unwrap().to_owned();
    let nowhere = top.replace("}}", &format!(",\"parent\":\"{}\"}}}}", org(5)));
    assert_eq!(with(text.replace(&top, &nowhere)), Err(BundleError::Misplaced(org(0))));
}

#[test]
fn nothing_is_answered_once_it_is_older_than_it_may_be() {
    let (world, now) = (owned(), Time(1_000 * SECOND));
    let bundle = world.snapshot.bundle(org(0), true, now, usize::MAX).unwrap().unwrap();
    let bundle = bundle.sign(KEY_ID, &signing_key()).unwrap();
    let open = |received| Follower::open(&bundle, &keys(), org(0), received, 5).unwrap();
    let mut following = open(now);
    assert_eq!(ask(&following, now.plus_seconds(5)), Ok(Decision::Allowed));
    let late = Time(now.plus_seconds(5).micros() + 1);
    assert_eq!(ask(&following, late), Err(Refused::Stale));
    // A heartbeat makes it young again; the same one a second time does not.
    let beat = signed(&heartbeat(&following, late));
    following.apply(&beat, &keys(), late).unwrap();
    assert_eq!(ask(&following, late.plus_seconds(5)), Ok(Decision::Allowed));
    following.apply(&beat, &keys(), late.plus_seconds(6)).unwrap();
    assert_eq!(ask(&following, late.plus_seconds(6)), Err(Refused::Stale));
    // A bundle that somebody kept and shows again is as old as it is.
    assert_eq!(ask(&open(now.plus_seconds(60)), now.plus_seconds(60)), Err(Refused::Stale));
    // A server's clock that is ahead makes nothing look fresh, nor does one's own that went back.
    let mut following = open(now);
    let ahead = signed(&heartbeat(&following, now.plus_seconds(3_600)));
    following.apply(&ahead, &keys(), now.plus_seconds(1)).unwrap();
    assert_eq!(ask(&following, now.plus_seconds(7)), Err(Refused::Stale));
    assert_eq!(ask(&following, now.plus_seconds(-3_600)), Err(Refused::Stale));
}

#[test]
fn news_go_on_exactly_where_the_bundle_is() {
    let world = owned();
    let fresh = follower(&world.snapshot, org(0), true);
    let try_with = |change: &dyn Fn(&mut News)| {
        let mut following = fresh.clone();
        let mut news = heartbeat(&following, Time(5));
        change(&mut news);
        let outcome = following.apply(&signed(&news), &keys(), Time(5));
        assert_eq!(following.as_of() == Time(5), outcome.is_ok());
        outcome
    };
    assert_eq!(try_with(&|_| {}), Ok(()));
    assert_eq!(try_with(&|news| news.revision += 1), Ok(()));
    assert_eq!(try_with(&|news| news.from += 1), Err(BundleError::Gap));
    assert_eq!(try_with(&|news| news.from -= 1), Err(BundleError::Gap));
    assert_eq!(try_with(&|news| news.revision -= 1), Err(BundleError::Gap));
    assert_eq!(try_with(&|news| news.tree_id = org(9)), Err(BundleError::Gap));
    assert_eq!(try_with(&|news| news.organization_id = org(9)), Err(BundleError::NotAskedFor));
    assert_eq!(try_with(&|news| news.descendants = false), Err(BundleError::NotAskedFor));
}

#[test]
fn published_keys_are_read_and_others_passed_over() {
    let public = signing_key().verifying_key().to_bytes();
    let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(public);
    let set = format!(
        r#"{{"keys":[{{"kty":"RSA","kid":"r","n":"x","e":"AQAB"}},{{"kty":"OKP","crv":"Ed25519","kid":"{KEY_ID}","x":"{x}","use":"sig","alg":"EdDSA"}}]}}"#
    );
    let keys = Keys::from_jwks(&set).unwrap();
    let world = owned();
    assert!(Follower::open(&bytes(&world.snapshot, org(0), true), &keys, org(0), Time(0), 60).is_ok());
    for malformed in
        ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]}"#]
    {
        assert!(Keys::from_jwks(malformed).is_err(), "{malformed}");
    }
}
