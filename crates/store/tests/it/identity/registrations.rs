//! Registrations.

use polity_domain::email::Email;
use polity_domain::ids::RegistrationId;
use polity_domain::ledger::event::Change;
use polity_domain::time::Time;
use polity_store::identity::Registration;
use polity_store::outbox::Message;
use polity_store::{Store, StoreError};

use super::world::{NOW, hash, unit, user, with_root};
use crate::engines::{on_each, uuid};

const BOB: &str = "bob@example.test";
const TTL: i64 = 3600;

async fn registered(store: &Store, email: &str, password: &str, now: Time) -> Registration {
    let registration = Registration {
        id: RegistrationId::from_uuid(uuid()),
        email: Email::parse(email).unwrap(),
        display_name: "Bob".to_owned(),
        password: hash(password),
        create_time: now,
        expire_time: now.plus_seconds(TTL),
        used_time: None,
    };
    let mail = Message { id: uuid(), kind: "verify", subject_id: registration.id.uuid(), generation: 0 };
    store.register(&registration, mail).await.unwrap();
    assert!(store.outbox_last(registration.id.uuid()).await.unwrap().is_some());
    assert_eq!(store.registration(registration.id).await.unwrap().as_ref(), Some(&registration));
    registration
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_used_twenty_times_at_once_makes_one_account() {
    on_each(async |store| {
        with_root(&store, "ann@example.test").await;
        let registration = registered(&store, BOB, "one", NOW).await;
        let trying: Vec<_> = (0..20)
            .map(|_| {
                let (store, registration) = (store.clone(), registration.clone());
                tokio::spawn(async move {
                    let mut unit = unit(&store, NOW).await;
                    if !unit.use_registration(registration.id, NOW).await.unwrap() {
                        return 0;
                    }
                    let account = user(BOB);
                    unit.record(Change::UserCreated(account.clone())).await.unwrap();
                    unit.put_password(account.id, &registration.password).await.unwrap();
                    let renamed =
                        polity_domain::users::User { display_name: "B.".to_owned(), ..account.clone() };
                    let changed = polity_domain::ledger::event::Changed { before: account, after: renamed };
                    unit.commit(Change::UserUpdated(changed)).await.unwrap();
                    1
                })
            })
            .collect();
        let mut accounts = 0;
        for attempt in trying {
            accounts += attempt.await.unwrap();
        }
        assert_eq!(accounts, 1);
        let account = store.user_by_email(BOB).await.unwrap().unwrap();
        assert_eq!((account.user.display_name.as_str(), account.password), ("B.", Some(hash("one"))));
        let used = store.registration(registration.id).await.unwrap().unwrap();
        assert_eq!((used.used_time, used.password), (Some(NOW), hash("")));
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_good_until_it_expires_and_again_when_its_unit_is_dropped() {
    on_each(async |store| {
        with_root(&store, "ann@example.test").await;
        let registration = registered(&store, BOB, "one", NOW).await;
        let end = registration.expire_time.0;
        for (now, good) in [(end + 1, false), (end, false), (end - 1, true), (end - 1, true)] {
            assert_eq!(registration.is_pending(Time(now)), good);
            assert_eq!(store.latest_registration(BOB, Time(now)).await.unwrap().is_some(), good);
            let unit = unit(&store, Time(now)).await;
            assert_eq!(unit.use_registration(registration.id, Time(now)).await.unwrap(), good);
            assert!(!unit.use_registration(registration.id, Time(now)).await.unwrap());
        }
        let nobody = RegistrationId::from_uuid(uuid());
        assert!(!unit(&store, NOW).await.use_registration(nobody, NOW).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_account_makes_what_others_registered_for_its_address_void() {
    on_each(async |store| {
        with_root(&store, "ann@example.test").await;
        let strangers = registered(&store, "BOB@example.test", "stranger's", NOW).await;
        let own = registered(&store, BOB, "own", NOW.plus_seconds(1)).await;
        let other = registered(&store, "carol@example.test", "carol's", NOW).await;
        let latest = store.latest_registration(BOB, NOW).await.unwrap().unwrap();
        assert_eq!((latest.id, latest.password), (own.id, hash("own")));

        let unit = unit(&store, NOW).await;
        assert!(unit.use_registration(own.id, NOW).await.unwrap());
        assert_eq!(unit.void_registrations(BOB).await.unwrap(), 1);
        assert!(!unit.use_registration(strangers.id, NOW).await.unwrap());
        unit.commit(Change::UserCreated(user(BOB))).await.unwrap();

        assert_eq!(store.registration(strangers.id).await.unwrap().unwrap().password, hash(""));
        assert!(store.latest_registration(BOB, NOW).await.unwrap().is_none());
        assert!(store.latest_registration("carol@example.test", NOW).await.unwrap().is_some());
        // One that came in between finds the address taken.
        let late = registered(&store, BOB, "late", NOW).await;
        let again = super::world::unit(&store, NOW).await;
        assert!(again.use_registration(late.id, NOW).await.unwrap());
        let taken = again.commit(Change::UserCreated(user(BOB))).await;
        assert!(matches!(taken, Err(StoreError::Unique(_))), "{taken:?}");
        let swept = store.sweep_identity(NOW.plus_seconds(TTL + 2), 10).await.unwrap();
        assert_eq!(swept.registrations, 4);
        assert!(store.registration(other.id).await.unwrap().is_none());
    })
    .await;
}
