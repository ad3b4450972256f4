//! Units of work that are under way at once.

use polity_domain::audit::{Crud, CustomEvent};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::roles::Role;
use polity_domain::time::Time;
use polity_store::{Store, StoreError};
use sea_orm::ConnectionTrait;
use tokio::task::yield_now;
use tokio::time::{Duration, Instant};

use crate::engines::{on_each, on_each_with_two};
use crate::trees::assert_same;
use crate::world::{Tenant, reader, role, tenant, unit_in};

/// How often others are given a turn, so that those who were spawned have come to where they wait.
const TURNS: usize = 200;

async fn until_they_wait() {
    for _ in 0..TURNS {
        yield_now().await;
    }
}

async fn titles(store: &Store, world: &Tenant) -> Vec<String> {
    let here = reader(store, world.top.id).await;
    let snapshot = store.snapshot(world.top.id).await.unwrap().unwrap();
    let mut titles = Vec::new();
    for (id, title, _) in snapshot.roles().filter(|(_, title, _)| title.starts_with("Unit")) {
        assert!(here.roles().get(id, &[world.top.id]).await.unwrap().is_some(), "{title} is in memory only");
        titles.push(title.to_owned());
    }
    titles.sort();
    titles
}

#[tokio::test]
async fn of_units_that_wait_for_each_other_all_are_kept_but_those_that_are_dropped() {
    on_each_with_two(async |one, other| {
        let world = tenant(&one).await;
        let begun = one.snapshot(world.top.id).await.unwrap().unwrap().revision();
        let first = unit_in(&one, &[world.top.id], world.top.id).await;
        let waiting: Vec<_> = (0..20)
            .map(|number| {
                let (store, at) = (one.clone(), world.top.id);
                let role = role(at, &format!("Unit {number:02}"), "documents.read");
                tokio::spawn(async move {
                    let mut unit = unit_in(&store, &[at], at).await;
                    let change = Change::RoleCreated(role.clone());
                    if number % 2 == 0 {
                        return Some(unit.commit(change).await.unwrap().number);
                    }
                    unit.record(change).await.unwrap();
                    // What a unit does twice is refused by the table, and takes nothing of the others along.
                    assert!(number % 4 == 1 || unit.seal(Change::RoleCreated(role)).await.is_err());
                    None
                })
            })
            .collect();
        until_they_wait().await;
        first.commit(Change::RoleCreated(role(world.top.id, "Unit", "documents.read"))).await.unwrap();
        let mut revisions = vec![begun + 1];
        for unit in waiting {
            revisions.extend(unit.await.unwrap());
        }
        revisions.sort_unstable();
        assert_eq!(revisions, (begun + 1..=begun + 11).collect::<Vec<_>>());
        let kept = (0..10).map(|number| format!("Unit {:02}", number * 2));
        let kept: Vec<_> = std::iter::once("Unit".to_owned()).chain(kept).collect();
        assert_eq!(titles(&one, &world).await, kept);
        let report = one.verify_tree(world.top.id, |_| {}).await.unwrap().unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        let now = one.snapshot(world.top.id).await.unwrap().unwrap();
        assert_same(&other.snapshot(world.top.id).await.unwrap().unwrap(), &now);
    })
    .await;
}

#[tokio::test]
async fn a_unit_is_acknowledged_and_seen_with_the_transaction_that_it_is_part_of() {
    on_each(async |store| {
        if store.is_postgres() {
            // There each unit is a transaction; the server itself makes those that wait durable together.
            return;
        }
        let world = tenant(&store).await;
        let at = world.top.id;
        let first = unit_in(&store, &[at], at).await;
        let second = tokio::spawn({
            let store = store.clone();
            async move { unit_in(&store, &[at], at).await }
        });
        until_they_wait().await;
        let change = Change::RoleCreated(role(at, "Unit 1", "documents.read"));
        let acknowledged = tokio::spawn(first.commit(change));
        let second = second.await.unwrap();
        until_they_wait().await;
        assert!(!acknowledged.is_finished(), "acknowledged before it was durable");
        assert_eq!(titles(&store, &world).await, Vec::<String>::new());
        // The next unit decides by what the one before it did.
        assert!(second.snapshot().roles().any(|(_, title, _)| title == "Unit 1"));
        drop(second);
        acknowledged.await.unwrap().unwrap();
        assert_eq!(titles(&store, &world).await, ["Unit 1"]);
    })
    .await;
}

/// As when there is no room for it. What is written afterwards would else be a transaction of its own.
#[tokio::test]
async fn a_transaction_that_sqlite_ends_by_itself_fails_for_all_of_its_units() {
    on_each(async |store| {
        if store.is_postgres() {
            return;
        }
        let world = tenant(&store).await;
        let at = world.top.id;
        let ending = "CREATE TRIGGER ending BEFORE INSERT ON roles WHEN NEW.title = 'Unit ends' \
            BEGIN SELECT RAISE(ROLLBACK, 'no room'); END";
        store.migration_connection().execute_unprepared(ending).await.unwrap();
        let make = |title: &str| {
            let (store, role) = (store.clone(), role(at, title, "documents.read"));
            tokio::spawn(async move {
                let unit = unit_in(&store, &[at], at).await;
                unit.commit(Change::RoleCreated(role)).await
            })
        };
        for joins in [true, false] {
            let first = unit_in(&store, &[at], at).await;
            let before = make("Unit before");
            until_they_wait().await;
            let ends = make("Unit ends");
            until_they_wait().await;
            let looks = tokio::spawn({
                let store = store.clone();
                async move {
                    if joins {
                        let _ = store.lock(&[at]).await;
                    }
                }
            });
            until_they_wait().await;
            drop(first);
            assert!(matches!(before.await.unwrap(), Err(StoreError::Unavailable(_))));
            assert!(ends.await.unwrap().is_err());
            looks.await.unwrap();
            assert_eq!(titles(&store, &world).await, Vec::<String>::new());
        }
        make("Unit then").await.unwrap().unwrap();
        assert_eq!(titles(&store, &world).await, ["Unit then"]);
        let report = store.verify_tree(at, |_| {}).await.unwrap().unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    })
    .await;
}

/// Wherever a unit is cut off, between two statements or among them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_is_cut_off_takes_nobody_along() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.top.id;
        let mut kept = Vec::new();
        for round in 0..150 {
            let make = |number: u32| {
                let (store, title) = (store.clone(), format!("Unit {round:03} {number:02}"));
                tokio::spawn(async move {
                    let unit = unit_in(&store, &[at], at).await;
                    let role = role(at, &title, "documents.read");
                    unit.commit(Change::RoleCreated(role)).await.map(|_| title)
                })
            };
            let units: Vec<_> = (0..12).map(make).collect();
            for cut_off in units.iter().skip(1).step_by(3) {
                let begin = Instant::now();
                while begin.elapsed() < Duration::from_micros(5 * round) {
                    yield_now().await;
                }
                cut_off.abort();
            }
            for (number, unit) in units.into_iter().enumerate() {
                match unit.await {
                    Ok(title) => kept.push(title.unwrap()),
                    Err(cut_off) => assert!(cut_off.is_cancelled() && number % 3 == 1),
                }
            }
        }
        // Who was cut off after the last word may have done it.
        let there = titles(&store, &world).await;
        assert!(kept.len() >= 150 * 8 && kept.iter().all(|title| there.contains(title)));
        let report = store.verify_tree(at, |_| {}).await.unwrap().unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    })
    .await;
}

/// What waits to be written is counted when it is.
#[tokio::test]
async fn a_change_of_what_is_gone_fails_and_takes_along_what_was_written_with_it() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.top.id;
        let gone = role(at, "Unit gone", "documents.read");
        let after = Role { title: "Unit changed".parse().unwrap(), ..gone.clone() };
        let change = Change::RoleUpdated(Changed { before: gone, after });
        for others in [0, 1, 40] {
            let mut unit = unit_in(&store, &[at], at).await;
            let outcome = async {
                for number in 0..others {
                    let other = role(at, &format!("Unit {number}"), "documents.read");
                    unit.record(Change::RoleCreated(other)).await?;
                }
                unit.record(change.clone()).await?;
                unit.commit(Change::RoleCreated(role(at, "Unit last", "documents.read"))).await
            };
            assert!(outcome.await.is_err());
            assert_eq!(titles(&store, &world).await, Vec::<String>::new());
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_gives_up_waiting_holds_nobody_up() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.top.id;
        let first = unit_in(&store, &[at], at).await;
        let waiting: Vec<_> = (0..5)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { drop(unit_in(&store, &[at], at).await) })
            })
            .collect();
        until_they_wait().await;
        for unit in &waiting {
            unit.abort();
        }
        first.commit(Change::RoleCreated(role(at, "Unit 1", "documents.read"))).await.unwrap();
        let change = Change::RoleCreated(role(at, "Unit 2", "documents.read"));
        unit_in(&store, &[at], at).await.commit(change).await.unwrap();
        assert_eq!(titles(&store, &world).await, ["Unit 1", "Unit 2"]);
    })
    .await;
}

/// Of what units add to the ledger one thing is looked for in its table: what an application recorded under an id.
#[tokio::test]
async fn what_one_unit_recorded_is_found_by_the_next_in_the_same_transaction() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let at = world.top.id;
        let event = |id: &str| CustomEvent {
            organization_id: at,
            event_id: id.to_owned(),
            action: "documents.printed".to_owned(),
            crud: Crud::Read,
            target: None,
            message: Some("Printed a document.".to_owned()),
            attributes: None,
        };
        let first = unit_in(&store, &[at], at).await;
        let waiting: Vec<_> = ["one", "two", "given up", "one", "two", "three", "given up"]
            .map(|id| {
                let (store, event) = (store.clone(), event(id));
                tokio::spawn(async move {
                    let mut unit = unit_in(&store, &[at], at).await;
                    if event.event_id == "given up" {
                        unit.record(Change::CustomRecorded(event)).await.unwrap();
                        return false;
                    }
                    if unit.ledger().recorded(&event.event_id).await.unwrap().is_some() {
                        return false;
                    }
                    unit.commit(Change::CustomRecorded(event)).await.unwrap();
                    true
                })
            })
            .into();
        until_they_wait().await;
        first.commit(Change::CustomRecorded(event("one"))).await.unwrap();
        let mut recorded = 0;
        for unit in waiting {
            recorded += u32::from(unit.await.unwrap());
        }
        assert_eq!(recorded, 2, "`one` was there, `two` and `three` were recorded once");
        let report = store.verify_tree(at, |_| {}).await.unwrap().unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    })
    .await;
}

/// A failure that is counted between two units is counted, whatever becomes of these.
#[tokio::test]
async fn a_fact_between_units_is_kept_though_they_are_dropped() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let (at, key, window, now) = (world.top.id, [7; 32], 60_000_000, Time(1_000_000));
        let first = unit_in(&store, &[at], at).await;
        let counting = (0..3).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let counted = store.count(key, window, now).await.unwrap().amount;
                let mut unit = unit_in(&store, &[at], at).await;
                unit.record(Change::RoleCreated(role(at, "Unit", "documents.read"))).await.unwrap();
                counted
            })
        });
        let counting: Vec<_> = counting.collect();
        until_they_wait().await;
        if !store.is_postgres() {
            assert_eq!(
                store.peek(key, window, now).await.unwrap().amount,
                0,
                "counted before it was durable"
            );
        }
        drop(first);
        let mut counted = Vec::new();
        for task in counting {
            counted.push(task.await.unwrap());
        }
        counted.sort_unstable();
        assert_eq!(counted, [1, 2, 3]);
        assert_eq!(store.peek(key, window, now).await.unwrap().amount, 3);
        assert_eq!(titles(&store, &world).await, Vec::<String>::new());
    })
    .await;
}
