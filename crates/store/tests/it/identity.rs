//! Accounts, passwords, registrations, sessions, signing keys and counters.

mod counters;
mod registrations;
mod sessions;
mod world;

use polity_domain::ids::UserId;
use polity_domain::time::Time;
use polity_store::identity::{PasswordChange, RefreshOutcome, SigningKey};

use crate::engines::{on_each, uuid};
use world::{NOW, begun, hash, refreshed, session, token, with_root};

const ANN: &str = "ann@example.test";

#[tokio::test]
async fn an_account_is_found_with_its_password_by_its_address() {
    on_each(async |store| {
        let user = with_root(&store, "Ann@Example.test").await;
        let found = store.user_by_email(ANN).await.unwrap().unwrap();
        assert_eq!((found.user.clone(), found.password), (user.clone(), None));
        store.set_password(user.id, &hash("one"), NOW).await.unwrap();
        store.set_password(user.id, &hash("two"), NOW).await.unwrap();
        let found = store.user_by_email(ANN).await.unwrap().unwrap();
        assert_eq!(found.password, Some(hash("two")));
        assert!(!format!("{found:?}").contains("two"), "a hash is never printed");
        assert!(store.user_by_email("Ann@Example.test").await.unwrap().is_none());
        let nobody = UserId::from_uuid(uuid());
        assert_eq!(store.users(&[nobody, user.id]).await.unwrap(), std::slice::from_ref(&user));
        assert_eq!(store.user(user.id).await.unwrap(), Some((user, 2)));
        assert_eq!(store.user(nobody).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_is_never_set_back() {
    on_each(async |store| {
        let user = with_root(&store, ANN).await;
        store.set_password(user.id, &hash("one"), NOW).await.unwrap();
        let (here, _) = begun(&store, user.id).await;
        let (there, stolen) = begun(&store, user.id).await;
        let change =
            PasswordChange { user: user.id, from: hash("one"), to: hash("two"), keep: Some(here.id) };
        assert_eq!(store.change_password(&change, NOW).await.unwrap(), Some(vec![there.id]));
        assert_eq!(store.change_password(&change, NOW).await.unwrap(), None);
        assert!(!store.upgrade_password(user.id, &hash("one"), &hash("one+"), NOW).await.unwrap());
        assert!(store.session_is_live(here.id, NOW).await.unwrap());
        assert!(!store.session_is_live(there.id, NOW).await.unwrap());
        let late = refreshed(&store, stolen, token(), NOW).await;
        assert_eq!(late, RefreshOutcome::Expired);
        // A sign-in that has verified the old one while it was being changed.
        let overlapping = session(user.id, NOW);
        assert!(!store.create_session(&overlapping, token(), Some(&hash("one"))).await.unwrap());
        assert!(store.session(overlapping.id).await.unwrap().is_none());
        assert!(store.upgrade_password(user.id, &hash("two"), &hash("two+"), NOW).await.unwrap());
        assert!(store.create_session(&overlapping, token(), Some(&hash("two+"))).await.unwrap());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_servers_that_start_at_once_one_makes_the_instance_and_its_key() {
    on_each(async |store| {
        assert_eq!(store.instance().await.unwrap(), None);
        let key =
            |id| SigningKey { id, create_time: NOW, activate_time: NOW, retire_time: NOW.plus_seconds(9) };
        let starting: Vec<_> = (0..20_u8)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let instance = store.instance_or_insert([number; 32], NOW).await.unwrap();
                    (instance, store.add_signing_key(&key(uuid()), None).await.unwrap())
                })
            })
            .collect();
        let mut added = 0;
        for start in starting {
            let (instance, first) = start.await.unwrap();
            assert_eq!(store.instance().await.unwrap(), Some(instance));
            added += u32::from(first);
        }
        assert_eq!(added, 1);
        let first = store.signing_keys().await.unwrap();
        assert_eq!(first.len(), 1);
        let next = SigningKey { activate_time: NOW.plus_seconds(5), ..key(uuid()) };
        assert!(store.add_signing_key(&next, Some(first[0].id)).await.unwrap());
        assert!(!store.add_signing_key(&key(uuid()), Some(first[0].id)).await.unwrap());
        assert_eq!(store.signing_keys().await.unwrap(), [next, first[0]]);
        // All are retired: the newest stays, for the next one to follow.
        let swept = store.sweep_identity(Time::MAX, 10).await.unwrap();
        assert_eq!((swept.signing_keys, swept.total()), (1, 1));
        assert_eq!(store.signing_keys().await.unwrap(), [next]);
    })
    .await;
}
