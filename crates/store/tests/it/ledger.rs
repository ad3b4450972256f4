//! The ledger: what is read, what is proven, and what the doctor finds.

use polity_domain::ids::{EventId, OrganizationId};
use polity_domain::ledger::event::{Change, Event};
use polity_domain::ledger::leaf::Leaf;
use polity_domain::ledger::merkle::{Frontier, leaf_hash, verify_consistency, verify_inclusion};
use polity_store::ledger::{FIELDS, SORTABLE};
use polity_store::{PageRequest, Reader, Store};
use sea_orm::ConnectionTrait;

use crate::engines::{on_each, uuid};
use crate::trees::move_out;
use crate::world::{ROOT, commit, ordered, permission, reader, request, tenant};

async fn events(reader: &Reader, descendants: bool, filter: &str) -> Vec<Event> {
    reader.ledger().list(descendants, &request(filter, &FIELDS)).await.unwrap().items
}

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.change.kind()).collect()
}

#[tokio::test]
async fn an_event_is_read_with_what_is_personal_in_it_until_that_is_erased() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let here = reader(&store, world.account.id).await;
        let [event] = events(&here, false, "kind = invitation.created").await.try_into().unwrap();
        assert_eq!(event.change, Change::InvitationCreated(world.invitation.clone()));
        assert_eq!(here.ledger().get(event.id, true).await.unwrap(), Some(event.clone()));
        assert_eq!(here.ledger().get(EventId::from_uuid(uuid()), true).await.unwrap(), None);
        // Whoever reads above sees it, but not whoever reads beside or behind a shut door.
        for (at, found) in [(&world.top, true), (&world.partner, true), (&world.shut, false)] {
            let there = reader(&store, at.id).await;
            assert_eq!(there.ledger().get(event.id, true).await.unwrap().is_some(), found, "{}", at.title);
        }
        let erase = "DELETE FROM ledger_personal";
        store.migration_connection().execute_unprepared(erase).await.unwrap();
        let Change::InvitationCreated(erased) =
            here.ledger().get(event.id, true).await.unwrap().unwrap().change
        else {
            panic!("another kind")
        };
        assert!(erased.email.is_erased());
        let report = store.verify_tree(world.top.id, |_| {}).await.unwrap().unwrap();
        assert_eq!((report.erased, report.problems), (14, vec![]));
        let report = store.verify_tree(ROOT, |_| {}).await.unwrap().unwrap();
        assert_eq!((report.erased, report.problems), (3, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_filter_of_events_finds_what_it_says() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let top = reader(&store, world.top.id).await;
        let all = events(&top, true, "").await;
        assert_eq!(all.first().map(|event| event.revision), Some(14));
        // The department that is shut off keeps its events to itself.
        let revisions: Vec<_> = all.iter().map(|event| event.revision).collect();
        assert_eq!(revisions, [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 3, 2, 1]);
        assert_eq!(
            kinds(&events(&reader(&store, world.shut.id).await, true, "").await),
            ["organization.created"]
        );
        let partner = reader(&store, world.partner.id).await;
        assert_eq!(events(&partner, true, "").await.len(), 6);
        assert_eq!(events(&partner, false, "").await.len(), 1);
        let by_organization = format!("organization = {} kind = \"*.created\"", world.account.id);
        let by_id = format!("id = {}", all[0].id);
        let by_request = format!("request_id = {}", all[0].request_id);
        let by_actor = format!("actor = {}", world.ann.id);
        let not_by_actor = format!("actor != {}", world.ann.id);
        for (filter, expected) in [
            (by_organization.as_str(), 4),
            (&by_id, 1),
            (&by_request, 13),
            (&by_actor, 0),
            (&not_by_actor, 13),
            ("actor:*", 0),
            ("api_key:*", 0),
            ("kind:MEMBER", 3),
            ("revision > 10 revision <= 12", 2),
            ("time >= 2001-01-01T00:00:00Z", 13),
            ("time < 2001-01-01T00:00:00Z", 0),
        ] {
            assert_eq!(events(&top, true, filter).await.len(), expected, "{filter}");
        }
    })
    .await;
}

/// Every page of two rows, to the end.
async fn walk(here: &Reader, order: &str) -> Vec<Event> {
    let mut request = PageRequest { size: 2, ..ordered(order, SORTABLE) };
    let mut walked = Vec::new();
    loop {
        let page = here.ledger().list(true, &request).await.unwrap();
        walked.extend(page.items);
        request.after = page.next;
        if request.after.is_none() {
            return walked;
        }
    }
}

#[tokio::test]
async fn pages_of_events_go_on_in_the_ledgers_that_an_organization_came_from() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let target = move_out(&store, &world).await;
        let invited = crate::world::invitation(world.account.id, "second@example.test", world.ann.id);
        commit(&store, world.account.id, vec![Change::InvitationCreated(invited)]).await;
        let here = reader(&store, world.partner.id).await;
        let all = events(&here, true, "").await;
        let places: Vec<_> = all.iter().map(|event| (event.tree_id == target.id, event.revision)).collect();
        let new = [(true, 4), (true, 3)];
        // That it left is told to the one that it left.
        let old = [(false, 13), (false, 12), (false, 11), (false, 10), (false, 3), (false, 2)];
        assert_eq!(places, [new.as_slice(), &old].concat());
        assert_eq!(walk(&here, "").await, all);
        assert_eq!(walk(&here, "revision desc").await, all);
        let mut backwards = walk(&here, "revision").await;
        backwards.reverse();
        assert_eq!(backwards, all);
        // Proofs about the old ledger are theirs to ask for, and about a stranger's they are not.
        let old = all.last().unwrap();
        let proof = here.ledger().inclusion(old.id, true, None).await.unwrap().unwrap();
        assert_eq!((proof.path.tree_id, proof.path.tree_size), (world.top.id, 15));
        assert!(here.ledger().head(world.top.id).await.unwrap().is_some());
        assert_eq!(here.ledger().head(ROOT).await.unwrap(), None);
        assert_eq!(here.ledger().consistency(ROOT, 1, None).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn every_proof_of_every_size_holds() {
    on_each(async |store| {
        let world = tenant(&store).await;
        for at in 0..9 {
            let change =
                Change::PermissionRegistered(permission(world.top.id, &format!("letters.number_{at}")));
            commit(&store, world.top.id, vec![change]).await;
        }
        let here = reader(&store, world.top.id).await;
        let head = here.ledger().head(world.top.id).await.unwrap().unwrap();
        assert_eq!(head.revision, 23);
        let mut frontier = Frontier::new();
        let mut roots = vec![frontier.root()];
        for index in 0..23 {
            let proof = here.ledger().inclusion_at(world.top.id, index, None).await.unwrap().unwrap();
            frontier.append(proof.leaf_hash);
            roots.push(frontier.root());
            for size in 0..=24 {
                let proof = here.ledger().inclusion_at(world.top.id, index, Some(size)).await.unwrap();
                assert_eq!(proof.is_some(), size > index && size <= 23, "{index} {size}");
                if let Some(proof) = proof {
                    assert!(verify_inclusion(&proof.leaf_hash, index, size, &proof.hashes, &proof.root_hash));
                }
            }
        }
        for event in events(&here, true, "").await {
            let proof = here.ledger().inclusion(event.id, true, None).await.unwrap().unwrap();
            let (personal, path) = (proof.personal.unwrap(), proof.path);
            assert_eq!(Leaf::read(&proof.leaf, Some(&personal.text)).unwrap(), event);
            Leaf::verify_personal(&proof.leaf, &personal.salt, &personal.text).unwrap();
            assert_eq!(
                (leaf_hash(proof.leaf.as_bytes()), path.leaf_index),
                (path.leaf_hash, event.revision - 1)
            );
            assert_eq!(
                here.ledger().inclusion(event.id, true, Some(event.revision - 1)).await.unwrap(),
                None
            );
        }
        assert_eq!(roots.last(), Some(&head.root_hash));
        for (new_size, new_root) in roots.iter().enumerate() {
            let root = here.ledger().root_at(world.top.id, new_size as u64).await.unwrap();
            assert_eq!(root.as_ref(), Some(new_root));
            for (old_size, old_root) in roots.iter().enumerate().take(new_size + 1) {
                let (old, new) = (old_size as u64, new_size as u64);
                let proof = here.ledger().consistency(world.top.id, old, Some(new)).await.unwrap().unwrap();
                assert_eq!((proof.old_root, proof.new_root), (*old_root, *new_root));
                assert!(verify_consistency(old, new, &proof.hashes, old_root, new_root), "{old} {new}");
            }
        }
        assert_eq!(here.ledger().root_at(world.top.id, 24).await.unwrap(), None);
        assert_eq!(here.ledger().consistency(world.top.id, 3, Some(2)).await.unwrap(), None);
        assert_eq!(here.ledger().consistency(world.top.id, 3, Some(24)).await.unwrap(), None);
        assert_eq!(here.ledger().inclusion_at(world.top.id, 23, None).await.unwrap(), None);
    })
    .await;
}

/// Does to the tables what only somebody with the database in hand can do.
async fn tamper(store: &Store, sql: &str) {
    let db = store.migration_connection();
    if store.is_postgres() {
        db.execute_unprepared("ALTER TABLE ledger_leaves DISABLE TRIGGER ALL").await.unwrap();
        db.execute_unprepared("ALTER TABLE ledger_nodes DISABLE TRIGGER ALL").await.unwrap();
    } else {
        for trigger in ["leaves_no_update", "leaves_no_delete", "nodes_no_update", "nodes_no_delete"] {
            db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS ledger_{trigger}")).await.unwrap();
        }
    }
    db.execute_unprepared(sql).await.unwrap();
}

#[tokio::test]
async fn the_doctor_finds_a_healthy_tree_healthy_and_sees_every_event() {
    on_each(async |store| {
        let world = tenant(&store).await;
        let mut seen = Vec::new();
        let report =
            store.verify_tree(world.top.id, |event| seen.push(event.revision)).await.unwrap().unwrap();
        assert_eq!(seen, (1..=14).collect::<Vec<_>>());
        let head = store.ledger_head(world.top.id).await.unwrap().unwrap();
        assert_eq!((report.revision, report.root, report.erased), (14, head.root_hash, 0));
        assert_eq!(report.problems, Vec::<String>::new());
        let nowhere = OrganizationId::from_uuid(uuid());
        assert_eq!(store.verify_tree(nowhere, |_| {}).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_doctor_finds_what_somebody_changed_behind_polity_s_back() {
    for (sql, finding) in [
        (
            "UPDATE ledger_leaves SET leaf = replace(leaf, 'Tenant', 'Tyrant') WHERE kind = 'organization.created'",
            "leaf 1 ",
        ),
        (
            "UPDATE ledger_leaves SET kind = 'member.removed' WHERE kind = 'member.added'",
            "the columns beside it",
        ),
        ("DELETE FROM ledger_leaves WHERE revision = 5", "leaf 5 is missing"),
        ("DELETE FROM ledger_leaves WHERE revision > 11", "the head stands at 14 and the last leaf is 11"),
        ("DELETE FROM ledger_leaves WHERE revision > 11", "3 nodes belong to no leaf"),
        ("UPDATE ledger_personal SET personal = '{}' WHERE revision = 13", "personal record"),
        ("DELETE FROM ledger_nodes WHERE level = 2 AND position = 1", "the node 1 of level 2 is missing"),
        (
            "UPDATE trees SET root_hash = frontier WHERE false; DELETE FROM ledger_nodes WHERE level = 3",
            "level 3",
        ),
        ("UPDATE trees SET revision = 15", "the head stands at 15"),
        ("UPDATE members SET expire_time = 1", "is not as the ledger says"),
        ("DELETE FROM members", "is in the ledger and not in the table"),
        ("DELETE FROM role_assignments", "has other rights in"),
        ("DELETE FROM role_assignments", "has an owner"),
        ("UPDATE organizations SET title_folded = 'x'", "organizations: org_"),
        ("UPDATE organization_paths SET inherits_roles = true", "organization_paths: org_"),
        ("UPDATE roles SET permissions = '[\"members.remove\"]'", "+members.remove"),
        ("UPDATE invitations SET generation = 9", "invitations: inv_"),
        ("UPDATE api_keys SET revision = 1", "api_keys: key_"),
        ("UPDATE permissions SET danger = 'READ'", "permissions: documents.read"),
        ("DELETE FROM ownership_transfers", "ownership_transfers: xfer_"),
        ("UPDATE users SET display_name = 'Mallory'", "users: user_"),
    ] {
        on_each(async |store| {
            let world = tenant(&store).await;
            tamper(&store, sql).await;
            let tree = if sql.contains("users") { ROOT } else { world.top.id };
            let report = store.verify_tree(tree, |_| {}).await.unwrap().unwrap();
            assert!(
                report.problems.iter().any(|problem| problem.contains(finding)),
                "{sql}: {:?}",
                report.problems
            );
        })
        .await;
    }
}
