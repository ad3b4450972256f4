//! Moving organizations, in their tree and between trees.

use polity_testkit::{json, on_each, roles};

use super::{at, key, shut_off, tenant, titles};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn ten_11_after_a_move_the_old_parents_people_are_out_and_the_new_ones_in() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (north, south) = (child(&olga, &acme, "North").await, child(&olga, &acme, "South").await);
        let sales = child(&olga, &north, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let nora = world.join(&olga, &north, "nora", roles::ADMIN).await;
        let sven = world.join(&olga, &south, "sven", roles::ADMIN).await;
        nora.get(&at(&team)).await.ok(200);
        let moved = olga.post(&of(&sales, "move"), json!({"parent": format!("organizations/{south}")})).await;
        let tag = moved.header("etag").to_owned();
        assert_eq!(moved.ok(200)["parent"], json!(format!("organizations/{south}")));
        assert_eq!(olga.get(&at(&sales)).await.header("etag"), tag);
        for inside in [&sales, &team] {
            nora.get(&at(inside)).await.problem(404, "not_found");
            sven.get(&at(inside)).await.ok(200);
        }
        assert_eq!(titles(&nora, &of(&north, "descendants")).await, Vec::<String>::new());
        assert_eq!(titles(&sven, &of(&south, "descendants")).await, ["Sales", "Team"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_12_a_move_needs_the_right_on_all_three() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (north, south) = (child(&olga, &acme, "North").await, child(&olga, &acme, "South").await);
        let sales = child(&olga, &north, "Sales").await;
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        let (eve, evil) = world.tenant("Evil", "eve").await;
        // The organization and the new parent, not the old one.
        let beta = tenant(&carl, "Beta").await;
        let refused =
            carl.post(&of(&sales, "move"), json!({"parent": beta})).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.move");
        carl.post(&of(&sales, "move"), json!({"parent": null})).await.problem(403, "permission_denied");
        // The organization and the old parent, not the new one.
        olga.post(&of(&sales, "move"), json!({"parent": evil})).await.problem(404, "not_found");
        let sven = world.join(&olga, &south, "sven", roles::OWNER).await;
        // The new parent only: a foreign organization is nothing to take in.
        sven.post(&of(&sales, "move"), json!({"parent": south})).await.problem(404, "not_found");
        eve.post(&of(&acme, "move"), json!({"parent": evil})).await.problem(404, "not_found");
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        anna.post(&of(&sales, "move"), json!({"parent": south})).await.problem(403, "permission_denied");
        olga.post(&of(&sales, "move"), json!({})).await.problem(400, "missing_field");
        assert_eq!(olga.get(&at(&sales)).await.ok(200)["parent"], json!(format!("organizations/{north}")));
    })
    .await;
}

#[tokio::test]
async fn rac_02_an_organization_never_hangs_below_itself() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        for below in [&sales, &team] {
            olga.post(&of(&sales, "move"), json!({"parent": below})).await.problem(409, "cycle");
            olga.post(&of(&acme, "move"), json!({"parent": below})).await.problem(409, "cycle");
        }
        olga.delete(&at(&team)).await.ok(204);
        olga.post(&of(&sales, "move"), json!({"parent": team})).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_tenant_goes_below_a_partner_and_back_with_all_it_has() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let rita = world.join(&olga, &sales, "rita", roles::READER).await;
        let machine = key(world, &olga, &acme, &["organizations.read"], true).await;
        world.invite(&olga, &acme, "ivan", roles::MEMBER).await;
        let partner = tenant(&olga, "Partner").await;
        let paul = world.join(&olga, &partner, "paul", roles::ADMIN).await;
        for round in 0..2 {
            let moved = olga.post(&of(&acme, "move"), json!({"parent": partner})).await;
            assert!(moved.header("polity-revision").starts_with(&format!("{partner}.")), "round {round}");
            let tag = moved.header("etag").to_owned();
            moved.ok(200);
            assert_eq!(olga.get(&at(&acme)).await.header("etag"), tag);
            assert_eq!(titles(&paul, &of(&partner, "descendants")).await, ["Acme", "Sales"]);
            rita.get(&at(&sales)).await.ok(200);
            machine.get(&at(&sales)).await.ok(200);
            paul.patch(&at(&sales), json!({"title": "Sales"})).await.ok(200);
            assert_sound(world).await;
            let back = olga.post(&of(&acme, "move"), json!({"parent": "organizations/root"})).await;
            assert!(back.header("polity-revision").starts_with(&format!("{acme}.")), "round {round}");
            assert!(back.ok(200).get("parent").is_none());
            paul.get(&at(&acme)).await.problem(404, "not_found");
            rita.get(&at(&sales)).await.ok(200);
            machine.get(&at(&sales)).await.ok(200);
            assert_sound(world).await;
        }
        // What waited still works, in the tree that goes on.
        let token = world.mailed_token("ivan@example.com").await;
        let ivan = world.person("ivan").await;
        ivan.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        ivan.get(&at(&acme)).await.ok(200);
        let same = olga.post(&of(&acme, "move"), json!({"parent": null})).await;
        assert_eq!((same.status, same.header("polity-revision")), (200, ""), "it is there already");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_replica_follows_a_move_between_trees() {
    on_each(async |world| {
        let Some(replica) = world.replica().await else { return };
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let partner = tenant(&olga, "Partner").await;
        let sales = child(&olga, &acme, "Sales").await;
        let elsewhere = olga.at(&replica);
        elsewhere.get(&at(&sales)).await.ok(200);
        elsewhere.get(&at(&partner)).await.ok(200);
        olga.post(&of(&acme, "move"), json!({"parent": partner})).await.ok(200);
        assert_eq!(titles(&elsewhere, &of(&partner, "descendants")).await, ["Acme", "Sales"]);
        elsewhere.patch(&at(&sales), json!({"title": "Sales 2"})).await.ok(200);
        elsewhere.post(&of(&partner, &format!("children/{acme}/unlink")), json!({})).await.ok(200);
        olga.patch(&at(&sales), json!({"title": "Sales 3"})).await.ok(200);
        assert_eq!(elsewhere.get(&at(&sales)).await.ok(200)["title"], "Sales 3");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_07_nothing_becomes_top_level_without_an_owner_of_its_own() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let maker = key(world, &olga, &acme, &["organizations.create"], true).await;
        let sales = child(&maker, &acme, "Sales").await;
        let preview =
            olga.post(&of(&sales, "move?validate_only=true"), json!({"parent": null})).await.ok(200);
        assert_eq!(preview["ownerless"], json!([format!("organizations/{sales}")]));
        olga.post(&of(&sales, "move"), json!({"parent": null})).await.problem(409, "last_owner");
        let unlink = of(&acme, &format!("children/{sales}/unlink"));
        olga.post(&unlink, json!({})).await.problem(409, "last_owner");
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        let preview = olga.post(&format!("{unlink}?validate_only=true"), json!({})).await.ok(200);
        assert_eq!(preview["ownerless"], json!([]));
        let rows = preview["changes"].as_array().unwrap();
        assert!(
            rows.iter().any(|row| row["principal"]["id"] == json!(olga.user_id)),
            "Olga would lose her rights"
        );
        assert_eq!(carl.get(&at(&sales)).await.ok(200)["parent"], json!(format!("organizations/{acme}")));
        olga.post(&unlink, json!({})).await.ok(200);
        assert!(carl.get(&at(&sales)).await.ok(200).get("parent").is_none());
        olga.get(&at(&sales)).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_child_is_let_go_by_the_parent_without_a_right_in_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::ADMIN).await;
        let sales = child(&carl, &acme, "Sales").await;
        shut_off(&carl, &sales).await;
        let unlink = of(&acme, &format!("children/{sales}/unlink"));
        let refused = carl.post(&unlink, json!({})).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.unlink");
        let machine = key(world, &olga, &acme, &["organizations.unlink"], false).await;
        let gone = machine.post(&unlink, json!({})).await.ok(200);
        assert!(gone.get("owner_email").is_none());
        assert!(carl.get(&at(&sales)).await.ok(200).get("parent").is_none());
        machine.post(&unlink, json!({})).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_role_from_above_is_not_left_behind() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let body = json!({"title": "Auditor", "permissions": ["audit.read", "organizations.read"]});
        let role = olga.post(&of(&acme, "roles"), body).await.ok(201);
        let dora = world.join(&olga, &sales, "dora", role["id"].as_str().unwrap()).await;
        for refused in [
            olga.post(&of(&sales, "move"), json!({"parent": null})).await,
            olga.post(&of(&acme, &format!("children/{sales}/unlink")), json!({})).await,
            olga.patch(&at(&sales), json!({"inherits_roles": false})).await,
        ] {
            let problem = refused.problem(409, "role_left_behind");
            assert!(problem["detail"].as_str().unwrap().contains("Auditor"));
        }
        // In the tree, its makers' say goes on reaching it.
        let north = child(&olga, &acme, "North").await;
        olga.post(&of(&sales, "move"), json!({"parent": north})).await.ok(200);
        dora.get(&at(&sales)).await.ok(200);
        olga.delete(&of(&sales, &format!("members/{}", dora.user_id))).await.ok(204);
        olga.post(&of(&sales, "move"), json!({"parent": null})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
