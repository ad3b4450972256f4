//! Which trees are in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_store::Store;

use crate::engines::on_each_with_little;
use crate::trees::assert_same;
use crate::world::{commit, organization, plant, plant_root, role};

const TENANTS: usize = 12;
/// Room for some four of them and the root.
const LITTLE: usize = 150_000;

async fn tenants(store: &Store) -> Vec<OrganizationId> {
    plant_root(store, &[]).await;
    let mut ids = Vec::new();
    for number in 0..TENANTS {
        let top = organization(&format!("Tenant {number}"), None, None);
        plant(store, &top, vec![]).await;
        ids.push(top.id);
    }
    ids
}

/// Adds a role, and looks at once whether the tree has it.
async fn write(store: &Store, at: OrganizationId, number: usize) {
    let added = role(at, &format!("Role {number}"), "documents.read");
    let revision = commit(store, at, vec![Change::RoleCreated(added.clone())]).await;
    let now = store.snapshot(at).await.unwrap().unwrap();
    assert!(now.revision() >= revision.number, "a write that was acknowledged is not seen");
    assert!(now.roles().any(|(id, ..)| id == added.id));
}

#[tokio::test]
async fn trees_that_nobody_asks_about_make_room_and_nothing_is_lost_by_it() {
    on_each_with_little(LITTLE, async |little, enough| {
        let ids = tenants(&little).await;
        for round in 0..3 {
            for at in &ids {
                write(&little, *at, round).await;
                let (trees, bytes) = little.memory();
                assert!(bytes <= LITTLE && trees < TENANTS, "{trees} trees take {bytes} bytes");
            }
        }
        for at in ids {
            let whole = enough.snapshot(at).await.unwrap().unwrap();
            assert_same(&little.snapshot(at).await.unwrap().unwrap(), &whole);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_read_while_it_is_written_is_never_older_than_what_made_room() {
    on_each_with_little(LITTLE, async |little, _| {
        let ids = tenants(&little).await;
        let writers = ids.clone().into_iter().map(|at| {
            let store = little.clone();
            tokio::spawn(async move {
                for number in 0..8 {
                    write(&store, at, number).await;
                }
            })
        });
        let readers = ids.clone().into_iter().map(|at| {
            let store = little.clone();
            tokio::spawn(async move {
                let mut last = 0;
                for _ in 0..40 {
                    let revision = store.snapshot(at).await.unwrap().unwrap().revision();
                    assert!(revision >= last, "{revision} after {last}");
                    last = revision;
                }
            })
        });
        for task in writers.chain(readers).collect::<Vec<_>>() {
            task.await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn the_trees_that_are_asked_about_stay() {
    on_each_with_little(LITTLE, async |little, _| {
        let ids = tenants(&little).await;
        let statements = Arc::new(AtomicUsize::new(0));
        let store = little.watched({
            let statements = statements.clone();
            move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        });
        let (asked_about, others) = ids.split_first().unwrap();
        for at in others {
            store.snapshot(*asked_about).await.unwrap();
            store.snapshot(*at).await.unwrap();
        }
        let before = statements.load(Ordering::Relaxed);
        store.snapshot(*asked_about).await.unwrap();
        assert_eq!(statements.load(Ordering::Relaxed), before, "it was read anew");
        for at in others {
            store.snapshot(*at).await.unwrap();
        }
        assert!(statements.load(Ordering::Relaxed) > before, "there was room for all");
    })
    .await;
}
