//! API keys and when they were last used.

use std::collections::HashMap;

use polity_domain::api_keys::{ApiKey, RevocationReason};
use polity_domain::ids::ApiKeyId;
use polity_domain::ledger::event::{Change, Changed};
use polity_store::api_keys::FIELDS;

use crate::engines::{on_each, uuid};
use crate::world::{NOW, api_key, commit, later, reader, request, tenant};

#[tokio::test]
async fn a_key_that_is_presented_is_found_with_its_tree_in_one_question() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let found = store.api_key(world.key.id).await.unwrap();
        assert_eq!(found, Some((world.key.clone(), world.top.id, 14)));
        assert_eq!(store.api_key(ApiKeyId::from_uuid(uuid())).await.unwrap(), None);
        let after = world.key.rotate("11".repeat(32), 60, later(1)).unwrap();
        let rotated = Change::ApiKeyRotated(Changed { before: world.key.clone(), after: after.clone() });
        commit(&store, world.account.id, vec![rotated]).await;
        assert_eq!(store.api_key(world.key.id).await.unwrap(), Some((after.clone(), world.top.id, 15)));
        let here = reader(&store, world.account.id).await;
        assert_eq!(here.api_keys().get(world.key.id).await.unwrap(), Some((after, 15)));
        let elsewhere = reader(&store, world.top.id).await;
        assert_eq!(elsewhere.api_keys().get(world.key.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_keys_finds_what_it_says_at_that_moment() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.partner.id;
        let lasting = ApiKey { create_time: later(1), ..api_key(at, "Ünique CI", world.ann.id) };
        let ending = ApiKey { expire_time: Some(later(60)), ..api_key(at, "Nightly", world.ann.id) };
        let created = vec![Change::ApiKeyCreated(lasting.clone()), Change::ApiKeyCreated(ending.clone())];
        commit(&store, at, created).await;
        let here = reader(&store, at).await;
        let titles = async |filter: &str, now| {
            let page = here.api_keys().list(&request(filter, &FIELDS), now).await.unwrap();
            page.items.into_iter().map(|(key, _)| key.title).collect::<Vec<_>>()
        };
        assert_eq!(titles("", NOW).await, ["Ünique CI", "Nightly"]);
        assert_eq!(titles("title:ünique", NOW).await, ["Ünique CI"]);
        assert_eq!(titles("expire_time:*", NOW).await, ["Nightly"]);
        assert_eq!(titles(&format!("id = {}", ending.id), NOW).await, ["Nightly"]);
        assert_eq!(titles("state = ACTIVE", later(59)).await, ["Ünique CI", "Nightly"]);
        assert_eq!(titles("state = EXPIRED", later(59)).await, [""; 0]);
        assert_eq!(titles("state = EXPIRED", later(60)).await, ["Nightly"]);
        assert_eq!(titles("state != EXPIRED", later(60)).await, ["Ünique CI"]);
        assert_eq!(here.api_keys().count_active(later(59)).await.unwrap(), 2);
        assert_eq!(here.api_keys().count_active(later(60)).await.unwrap(), 1);
        let after = lasting.revoke(RevocationReason::Leaked, later(2)).unwrap();
        let revoked = Change::ApiKeyRevoked(Changed { before: lasting, after: after.clone() });
        commit(&store, at, vec![revoked]).await;
        assert_eq!(titles("state = REVOKED", NOW).await, ["Ünique CI"]);
        assert_eq!(titles("state = (EXPIRED OR REVOKED)", later(60)).await, ["Ünique CI", "Nightly"]);
        assert_eq!(here.api_keys().count_active(NOW).await.unwrap(), 1);
        assert_eq!(here.api_keys().get(after.id).await.unwrap().unwrap().0, after);
    })
    .await;
}

#[tokio::test]
async fn the_latest_use_of_a_secret_stays_in_whatever_order_uses_arrive() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let key = world.key.id;
        store.note_key_uses(&[]).await.unwrap();
        store.note_key_uses(&[(key, 1, later(5)), (key, 1, later(9)), (key, 2, later(1))]).await.unwrap();
        store.note_key_uses(&[(key, 2, later(3)), (key, 1, later(7))]).await.unwrap();
        let here = reader(&store, world.account.id).await;
        let uses = here.api_keys().last_uses(&[key, ApiKeyId::from_uuid(uuid())]).await.unwrap();
        assert_eq!(uses, HashMap::from([((key, 1), later(9)), ((key, 2), later(3))]));
        let elsewhere = reader(&store, world.top.id).await;
        assert!(elsewhere.api_keys().last_uses(&[key]).await.unwrap().is_empty());
    })
    .await;
}
