//! News of commits, from store to store: what is in memory follows, though nobody asks.

use std::sync::Arc;
use std::time::Duration;

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::Member;
use polity_store::{Following, Store};
use sea_orm::{ConnectionTrait, Statement};
use tokio::time::{Instant, sleep};

use crate::engines::on_each_with_two;
use crate::trees::assert_same;
use crate::world::{NOW, Tenant, commit, later, member, tenant};

const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than any test.
const NEVER: Duration = Duration::from_hours(1);

fn every(every: Duration) -> Following {
    Following { every, patience: Duration::from_secs(5) }
}

/// What a store has in memory, without asking the database.
fn in_memory(store: &Store, organization: OrganizationId) -> Option<(Arc<Snapshot>, Duration)> {
    store.snapshot_within(organization, NEVER)
}

async fn until(what: &str, so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !so() {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Changes a membership, and gives the tree's revision.
async fn change(store: &Store, world: &Tenant, seconds: i64) -> u64 {
    let before = member(world.account.id, world.zoe.id, NOW);
    let after = Member { expire_time: Some(later(seconds)), ..before.clone() };
    commit(store, world.account.id, vec![Change::MemberUpdated(Changed { before, after })]).await;
    store.snapshot(world.account.id).await.unwrap().unwrap().revision()
}

/// Two stores on PostgreSQL with a tenant that both have in memory.
async fn on_two(test: impl AsyncFn(&Store, &Store, &Tenant)) {
    on_each_with_two(async |one, other| {
        let world = tenant(&one).await;
        for store in [&one, &other] {
            store.snapshot(world.account.id).await.unwrap().unwrap();
        }
        if one.is_postgres() {
            test(&one, &other, &world).await;
        } else {
            // What is in memory there is the truth: nobody confirms it, and nothing is followed.
            one.follow_news(every(NEVER));
            assert!(in_memory(&one, world.account.id).is_none());
        }
    })
    .await;
}

async fn heard(one: &Store, other: &Store, world: &Tenant, seconds: i64) {
    let revision = change(one, world, seconds).await;
    let come = || in_memory(other, world.account.id).is_some_and(|(known, _)| known.revision() == revision);
    until("the news come", come).await;
    let (known, _) = in_memory(other, world.account.id).unwrap();
    assert_same(&known, &one.snapshot(world.account.id).await.unwrap().unwrap());
}

#[tokio::test]
async fn a_commit_here_is_in_memory_there_before_anybody_asks() {
    on_two(async |one, other, world| {
        for store in [one, other] {
            store.follow_news(every(NEVER));
        }
        // The first look is at once; from then on only news tell.
        until("it listens", || in_memory(other, world.account.id).is_some()).await;
        sleep(Duration::from_millis(300)).await;
        for seconds in 1..=20 {
            heard(one, other, world, seconds).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_nobody_told_is_found_by_looking_and_what_did_not_change_stays_young() {
    on_two(async |one, other, world| {
        // The other one tells nobody: it follows no news.
        other.follow_news(every(Duration::from_millis(100)));
        heard(one, other, world, 1).await;
        let (_, before) = in_memory(other, world.account.id).unwrap();
        sleep(before + Duration::from_secs(1)).await;
        let (_, age) = in_memory(other, world.account.id).unwrap();
        assert!(age < Duration::from_secs(1), "{age:?}");
        assert!(other.snapshot_within(world.account.id, Duration::ZERO).is_none());
    })
    .await;
}

#[tokio::test]
async fn what_is_no_news_is_nothing_and_a_listener_that_was_cut_off_listens_again() {
    on_two(async |one, other, world| {
        for store in [one, other] {
            store.follow_news(every(NEVER));
        }
        sleep(Duration::from_millis(300)).await;
        let db = one.migration_connection();
        let tree = world.top.id.uuid().simple().to_string();
        let beyond = format!("{tree}.18446744073709551615");
        for payload in ["", "nonsense", ".", "x.1", &tree, &beyond] {
            db.execute_unprepared(&format!("NOTIFY polity_ledger, '{payload}'")).await.unwrap();
        }
        heard(one, other, world, 1).await;
        let listeners = "SELECT count(*)::int FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
            WHERE datname = current_database() AND query LIKE 'LISTEN%') AS ended";
        let statement = Statement::from_string(sea_orm::DbBackend::Postgres, listeners);
        let ended: i32 = db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        assert_eq!(ended, 2);
        // What is committed before it listens again is found by the look that follows.
        heard(one, other, world, 2).await;
        sleep(Duration::from_millis(500)).await;
        heard(one, other, world, 3).await;
    })
    .await;
}

#[tokio::test]
async fn a_store_that_is_closed_follows_no_news() {
    on_two(async |one, other, world| {
        for store in [one, other] {
            store.follow_news(every(Duration::from_millis(50)));
        }
        heard(one, other, world, 1).await;
        other.close().await;
        let (before, _) = in_memory(other, world.account.id).unwrap();
        sleep(Duration::from_millis(200)).await;
        change(one, world, 2).await;
        sleep(Duration::from_millis(300)).await;
        let (after, age) = in_memory(other, world.account.id).unwrap();
        assert_eq!(after.revision(), before.revision());
        assert!(age > Duration::from_millis(300), "{age:?}: nothing is confirmed any more");
    })
    .await;
}
