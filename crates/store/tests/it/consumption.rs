//! Measuring what there is, beside those who write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use polity_domain::consumption::Granularity;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::organizations::Organization;
use polity_store::consumption::Asked;
use polity_store::{PageRequest, Store};
use sea_orm::{ConnectionTrait, Statement};
use tokio::time::{Duration, timeout};

use crate::engines::{on_each, on_each_with_two};
use crate::world::{NOW, api_key, commit, member, organization, plant, plant_root, reader, role, user};

/// More than are added up in one transaction.
const TREES: usize = 45;

/// So long only if it does not end at all.
const PATIENCE: Duration = Duration::from_mins(2);

/// Trees with a few events each.
async fn trees(store: &Store) -> Vec<Organization> {
    plant_root(store, &[]).await;
    let mut planted = Vec::new();
    for number in 0..TREES {
        let top = organization(&format!("Tree {number}"), None, None);
        let roles = (0..number % 3).map(|at| Change::RoleCreated(role(top.id, &format!("R{at}"), "a.read")));
        plant(store, &top, roles.collect()).await;
        planted.push(top);
    }
    planted
}

/// The bytes of an organization's events.
async fn bytes_of(store: &Store, organization: OrganizationId) -> i64 {
    let db = store.migration_connection();
    let sql = "SELECT CAST(coalesce(sum(octet_length(leaf)), 0) AS bigint) AS bytes FROM ledger_leaves \
        WHERE organization_id = $1";
    let sum = Statement::from_sql_and_values(db.get_database_backend(), sql, [organization.uuid().into()]);
    db.query_one_raw(sum).await.unwrap().unwrap().try_get("", "bytes").unwrap()
}

/// What a meter of an organization says for the day.
async fn meter(store: &Store, organization: OrganizationId, meter: &str) -> Option<i64> {
    let asked = Asked {
        granularity: Granularity::Daily,
        from: Some(Granularity::Daily.start(NOW)),
        to: None,
        meter: Some(meter.to_owned()),
        children: false,
    };
    let here = reader(store, organization).await;
    let page =
        here.consumption().list(&asked, &PageRequest { size: 100, ..PageRequest::default() }).await.unwrap();
    assert!(page.items.len() <= 1, "{:?}", page.items);
    page.items.first().map(|row| row.quantity)
}

async fn measure(store: &Store) {
    timeout(PATIENCE, store.measure_ledgers()).await.expect("measuring does not end").unwrap();
    store.measure_consumption(NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measuring_ends_while_somebody_always_writes_and_adds_each_event_once() {
    on_each_with_two(async |one, other| {
        let trees = trees(&one).await;
        let ended = Arc::new(AtomicBool::new(false));
        // One in each of four trees, as fast as they can.
        let writers: Vec<_> = (0..4)
            .map(|number| {
                let (store, at, ended) = (one.clone(), trees[number * 11].id, Arc::clone(&ended));
                tokio::spawn(async move {
                    let mut written = 0;
                    while !ended.load(Ordering::Relaxed) {
                        let role = role(at, &format!("W{written}"), "a.read");
                        commit(&store, at, vec![Change::RoleCreated(role)]).await;
                        written += 1;
                    }
                    written
                })
            })
            .collect();
        for _ in 0..5 {
            // Two servers at once: what one adds up, the other leaves.
            tokio::join!(measure(&one), measure(&other));
        }
        ended.store(true, Ordering::Relaxed);
        for writer in writers {
            assert!(writer.await.unwrap() > 0, "nobody wrote while it was measured");
        }
        measure(&other).await;
        for top in &trees {
            let bytes = bytes_of(&one, top.id).await;
            assert!(bytes > 0);
            assert_eq!(meter(&one, top.id, "audit_storage_bytes").await, Some(bytes), "{}", top.title);
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_ledger_and_many_short_ones_are_added_up_in_parts() {
    on_each(async |store| {
        let trees = trees(&store).await;
        // More than are added up in one transaction, in a tree between others.
        let long = trees[TREES / 2].id;
        for part in 0..6 {
            let roles =
                (0..1_000).map(|at| Change::RoleCreated(role(long, &format!("Long {part} {at}"), "a.read")));
            commit(&store, long, roles.collect()).await;
        }
        measure(&store).await;
        for top in &trees {
            assert_eq!(
                meter(&store, top.id, "audit_storage_bytes").await,
                Some(bytes_of(&store, top.id).await)
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_measured_again_replaces_what_was_measured() {
    on_each(async |store| {
        let (top, ann) = (organization("Acme", None, None), user("Ann", "ann@example.test"));
        plant_root(&store, &[&ann]).await;
        let key = api_key(top.id, "CI", ann.id);
        let first = vec![Change::MemberAdded(member(top.id, ann.id, NOW)), Change::ApiKeyCreated(key)];
        plant(&store, &top, first).await;
        measure(&store).await;
        let seats_and_keys =
            async || (meter(&store, top.id, "seats").await, meter(&store, top.id, "api_keys").await);
        assert_eq!(seats_and_keys().await, (Some(1), Some(1)));
        let more = (0..3).map(|at| Change::ApiKeyCreated(api_key(top.id, &format!("More {at}"), ann.id)));
        commit(&store, top.id, more.collect()).await;
        commit(&store, top.id, vec![Change::MemberRemoved(member(top.id, ann.id, NOW))]).await;
        measure(&store).await;
        assert_eq!(seats_and_keys().await, (Some(0), Some(4)));
    })
    .await;
}
