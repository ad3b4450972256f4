//! An organization inside of a tree that was purged: its parent's log tells it, and the tree goes on.

use polity_domain::ledger::merkle::{verify_consistency, verify_inclusion};
use polity_testkit::{json, on_each, on_each_with, roles};

use super::{RETENTION, at, events, overdue_child, undelete};
use crate::audit::proofs::{hash, hashes, log, verified};
use crate::rights::{assert_sound, child, id, of, permission};

#[tokio::test]
async fn aud_07_the_parents_log_tells_of_a_purge_and_every_proof_still_holds() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        world.invite(&olga, &sales, "ada", roles::MEMBER).await;
        let old = verified(&olga.get(&log(&acme, "checkpoint")).await.ok(200)).unwrap();
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        let olga = world.sign_in("olga").await;
        let told = events(&olga, &acme, "organization.purged").await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((&told[0]["target"], &told[0]["crud"]), (&json!(sales), &json!("DELETE")));
        assert_eq!(told[0]["actor"], json!({"type": "system", "reason": "retention"}));
        assert!(!told[0].to_string().contains("Sales"));
        // What it did itself is in the ledger, and nobody reads it any more.
        let all = olga.get(&of(&acme, "audit-events?descendants=true&page_size=1000")).await.ok(200);
        assert!(!all.to_string().contains("ada@example.com"));
        let new = verified(&olga.get(&log(&acme, "checkpoint")).await.ok(200)).unwrap();
        let path = log(&acme, &format!("consistency-proof?from={}&to={}", old.size(), new.size()));
        let proof = olga.get(&path).await.ok(200);
        assert!(verify_consistency(
            old.size(),
            new.size(),
            &hashes(&proof["hashes"]),
            &old.root(),
            &new.root()
        ));
        for index in 0..new.size() {
            let path = log(&acme, &format!("inclusion-proof?leaf_index={index}"));
            let proof = olga.get(&path).await.ok(200);
            let leaf = hash(&proof["leaf_hash"]);
            assert!(
                verify_inclusion(&leaf, index, new.size(), &hashes(&proof["hashes"]), &new.root()),
                "{index}"
            );
        }
        assert_eq!(world.tables_of(&sales).await, Vec::<&str>::new());
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_stood_below_goes_first_and_each_at_its_own_time() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let works = child(&olga, &sales, "Works").await;
        assert_eq!(olga.delete(&at(&works)).await.status, 204);
        world.pass_days(1).await;
        let olga = world.sign_in("olga").await;
        assert_eq!(olga.delete(&format!("{}?children=delete", at(&sales))).await.status, 204);
        world.pass_days(29).await;
        world.purge().await;
        let olga = world.sign_in("olga").await;
        let gone = |told: Vec<polity_testkit::Value>| -> Vec<String> {
            told.iter().map(|event| event["target"].as_str().unwrap().to_owned()).collect()
        };
        // The log of the parent that told it went with the parent.
        undelete(&olga, &sales).await.ok(200);
        assert_eq!(gone(events(&olga, &sales, "organization.purged").await), [works.as_str()]);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.pass_days(1).await;
        world.purge().await;
        // The one below is gone, the one above has a new time.
        let olga = world.sign_in("olga").await;
        undelete(&olga, &sales).await.ok(200);
        undelete(&olga, &team).await.problem(404, "not_found");
        assert_eq!(gone(events(&olga, &sales, "organization.purged").await), [team.as_str(), works.as_str()]);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.pass_days(30).await;
        world.purge().await;
        let olga = world.sign_in("olga").await;
        assert_eq!(gone(events(&olga, &acme, "organization.purged").await), [sales.as_str()]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_whole_branch_goes_in_one_look_the_deepest_first() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut branch = vec![child(&olga, &acme, "Level 1").await];
        for level in 2..6 {
            branch.push(child(&olga, branch.last().unwrap(), &format!("Level {level}")).await);
        }
        assert_eq!(olga.delete(&format!("{}?children=delete", at(&branch[0]))).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        for gone in &branch {
            assert_eq!(world.tables_of(gone).await, Vec::<&str>::new());
        }
        let olga = world.sign_in("olga").await;
        let shown = olga.get(&of(&acme, "children?show_deleted=true")).await.ok(200);
        assert_eq!(shown["organizations"], json!([]));
        assert_eq!(events(&olga, &acme, "organization.purged").await.len(), 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_it_was_called_and_what_it_registered_is_free_for_others() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        permission(&olga, &sales, "documents.read", "ADMIN").await;
        let tag = id(&olga.post(&of(&acme, "tags"), json!({"title": "Old"})).await.ok(201));
        let on = json!({"resources": [{"type": "organization", "id": sales}]});
        olga.post(&of(&acme, &format!("tags/{tag}/attach")), on).await.ok(204);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        let olga = world.sign_in("olga").await;
        let on = olga.get(&of(&acme, &format!("tags/{tag}/resources"))).await.ok(200);
        assert_eq!(on["resources"], json!([]), "{on}");
        // As if it had never been registered: by another, and with less harm.
        permission(&olga, &acme, "documents.read", "READ").await;
        let known = olga.get(&of(&acme, "permissions/documents.read")).await.ok(200);
        assert_eq!(known["danger"], "READ");
        let again = child(&olga, &acme, "Sales").await;
        assert_eq!(olga.get(&at(&again)).await.ok(200)["slug"], "sales");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_purged_child_makes_room_for_another() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        olga.patch(&of(&acme, "limits"), json!({"limits": {"children": 1}})).await.ok(200);
        overdue_child(world, &olga, &acme, "Sales").await;
        world.purge().await;
        let olga = world.sign_in("olga").await;
        child(&olga, &acme, "Works").await;
        olga.post(&of(&acme, "children"), json!({"title": "More"})).await.problem(409, "limit_exceeded");
    })
    .await;
}

#[tokio::test]
async fn the_invitations_it_brought_along_from_another_tree_are_erased_beside_that_leaf_too() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let contacts = json!({"contacts": {"support": ["help@example.com"]}});
        olga.patch(&at(&sales), contacts).await.ok(200);
        world.invite(&olga, &sales, "bob", roles::MEMBER).await;
        world.invite(&olga, &team, "ada", roles::MEMBER).await;
        let beta = id(&olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        for parent in [json!(beta), json!(null), json!(acme)] {
            olga.post(&of(&sales, "move"), json!({"parent": parent})).await.ok(200);
        }
        let named = "SELECT count(*) FROM ledger_personal WHERE personal LIKE '%ada@example.com%'";
        // Where it was made, and in each of the three trees that it came into.
        assert!(world.number(named).await >= 4, "{}", world.number(named).await);
        assert_eq!(olga.delete(&at(&team)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        assert_eq!(world.number(named).await, 0);
        let olga = world.sign_in("olga").await;
        // Those of its parent are where they were, but not beside the shared leaves.
        let kept = olga.get(&of(&sales, "invitations")).await.ok(200);
        assert_eq!(kept["invitations"][0]["email"], "bob@example.com");
        assert_eq!(olga.get(&at(&sales)).await.ok(200)["contacts"]["support"][0], "help@example.com");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_role_that_a_key_of_it_held_elsewhere_allows_nothing_and_can_be_withdrawn() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let made = olga
            .post(&of(&sales, "api-keys"), json!({"title": "CI", "permissions": ["organizations.read"]}))
            .await
            .ok(201);
        let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        let holder = json!({"type": "api_key", "id": made["id"]});
        let body = json!({"principal": holder, "role": roles::READER});
        let held = id(&olga.post(&of(&team, "role-assignments"), body).await.ok(201));
        key.get(&of(&team, "members")).await.ok(200);
        olga.post(&of(&team, "move"), json!({"parent": acme})).await.ok(200);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        key.get(&of(&team, "members")).await.problem(401, "unauthenticated");
        let olga = world.sign_in("olga").await;
        assert_eq!(olga.delete(&of(&team, &format!("role-assignments/{held}"))).await.status, 204);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn no_more_levels_stand_below_a_tenant_than_the_operator_allows() {
    on_each_with(
        |settings| settings.organization_depth = 2,
        async |world| {
            let (olga, acme) = world.tenant("Acme", "olga").await;
            let sales = child(&olga, &acme, "Sales").await;
            let team = child(&olga, &sales, "Team").await;
            let refused = olga.post(&of(&team, "children"), json!({"title": "Squad"})).await;
            refused.problem(409, "too_deep");
            let beta = id(&olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
            let works = child(&olga, &beta, "Works").await;
            olga.post(&of(&sales, "move"), json!({"parent": works})).await.problem(409, "too_deep");
            olga.post(&of(&works, "move"), json!({"parent": team})).await.problem(409, "too_deep");
            olga.post(&of(&works, "move"), json!({"parent": sales})).await.ok(200);
        },
    )
    .await;
}
