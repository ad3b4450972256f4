//! Deleting and restoring.

use polity_testkit::{json, on_each, roles};

use super::{at, key, shut_off, tenant, titles};
use crate::rights::{assert_sound, child, id, of};

#[tokio::test]
async fn a_deleted_tenant_is_gone_for_everybody_and_comes_back_whole() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        let machine = key(world, &olga, &acme, &["organizations.read"], false).await;
        anna.delete(&at(&acme)).await.problem(403, "permission_denied");
        assert_eq!(olga.delete(&at(&acme)).await.status, 204);
        for gone in [&olga, &anna] {
            gone.get(&at(&acme)).await.problem(404, "not_found");
            assert_eq!(titles(gone, "/api/v1/organizations").await, Vec::<String>::new());
            assert_eq!(titles(gone, "/api/v1/me/organizations").await, Vec::<String>::new());
        }
        assert!(matches!(machine.get(&at(&acme)).await.status, 401 | 404), "ten_14: its keys died with it");
        olga.delete(&at(&acme)).await.problem(404, "not_found");
        // Who could delete it can bring it back, and nobody else.
        anna.post(&of(&acme, "undelete"), json!({})).await.problem(403, "permission_denied");
        world.person("eve").await.post(&of(&acme, "undelete"), json!({})).await.problem(404, "not_found");
        machine.post(&of(&acme, "undelete"), json!({})).await;
        let back = olga.post(&of(&acme, "undelete"), json!({})).await.ok(200);
        assert_eq!((&back["state"], back.get("purge_time")), (&json!("ACTIVE"), None));
        anna.get(&at(&acme)).await.ok(200);
        machine.get(&at(&acme)).await.ok(200);
        olga.post(&of(&acme, "undelete"), json!({})).await.problem(409, "wrong_state");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn with_children_a_deletion_says_what_becomes_of_them() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        olga.delete(&at(&sales)).await.problem(409, "has_children");
        olga.delete(&format!("{}?children=keep", at(&sales))).await.problem(400, "invalid_parameter");
        assert_eq!(olga.delete(&format!("{}?children=delete", at(&sales))).await.status, 204);
        olga.get(&at(&team)).await.problem(404, "not_found");
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, Vec::<String>::new());
        assert_eq!(titles(&olga, &of(&acme, "children?show_deleted=true")).await, ["Sales"]);
        // What was deleted below is restored by itself, parents first.
        olga.post(&of(&team, "undelete"), json!({})).await.problem(404, "not_found");
        olga.post(&of(&sales, "undelete"), json!({})).await.ok(200);
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, ["Sales"]);
        olga.post(&of(&team, "undelete"), json!({})).await.ok(200);
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, ["Sales", "Team"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn children_can_move_to_the_parent_instead() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        child(&olga, &team, "Squad").await;
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        let path = format!("{}?children=reparent", at(&sales));
        let refused = carl.delete(&path).await.problem(403, "permission_denied");
        assert_eq!(
            refused["required_permission"], "organizations.move",
            "it takes the right on the new parent"
        );
        olga.delete(&format!("{}?children=reparent", at(&acme))).await.problem(409, "no_parent");
        assert_eq!(olga.delete(&path).await.status, 204);
        assert_eq!(olga.get(&at(&team)).await.ok(200)["parent"], json!(format!("organizations/{acme}")));
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, ["Squad", "Team"]);
        carl.get(&at(&team)).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_child_that_moves_up_is_opened_for_nobody_by_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::OWNER).await;
        let sales = child(&carl, &acme, "Sales").await;
        let team = child(&carl, &sales, "Team").await;
        shut_off(&carl, &sales).await;
        olga.get(&at(&team)).await.problem(404, "not_found");
        carl.delete(&format!("{}?children=reparent", at(&sales))).await.ok(204);
        assert_eq!(carl.get(&at(&team)).await.ok(200)["inherits_roles"], json!(false));
        olga.get(&at(&team)).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn what_one_could_not_delete_by_itself_is_not_deleted_along() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::ADMIN).await;
        let sales = child(&carl, &acme, "Sales").await;
        shut_off(&carl, &sales).await;
        let path = format!("{}?children=delete", at(&acme));
        let refused = olga.delete(&path).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.delete");
        carl.get(&at(&sales)).await.ok(200);
        olga.get(&at(&acme)).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_a_deletion_changes_nothing() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let rita = world.join(&olga, &sales, "rita", roles::READER).await;
        let before = olga.get(&at(&acme)).await.header("etag").to_owned();
        let preview = olga.delete(&format!("{}?children=delete&validate_only=true", at(&acme))).await;
        assert_eq!(preview.header("polity-revision"), "");
        let preview = preview.ok(200);
        assert_eq!((&preview["seats_freed"], &preview["truncated"]), (&json!(3), &json!(false)));
        let lost = preview["changes"].as_array().unwrap().iter();
        let ritas: Vec<_> = lost.filter(|row| row["principal"]["id"] == json!(rita.user_id)).collect();
        assert_eq!(ritas.len(), 1);
        assert_eq!(ritas[0]["organization"], json!(format!("organizations/{sales}")));
        assert!(ritas[0]["lost"].as_array().unwrap().contains(&json!("organizations.read")));
        assert_eq!(olga.get(&at(&acme)).await.header("etag"), before);
        rita.get(&at(&sales)).await.ok(200);
        olga.delete(&format!("{}?validate_only=true", at(&acme))).await.problem(409, "has_children");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_13_a_slug_that_was_freed_carries_nothing_over() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let machine = key(world, &olga, &acme, &["organizations.read"], false).await;
        olga.delete(&at(&acme)).await.ok(204);
        let (eve, new) = world.tenant("Acme", "eve").await;
        assert_ne!(acme, new);
        assert_eq!(eve.get(&at(&new)).await.ok(200)["slug"], "acme");
        olga.get(&at(&new)).await.problem(404, "not_found");
        assert!(matches!(machine.get(&at(&new)).await.status, 401 | 404));
        olga.post(&of(&acme, "undelete"), json!({})).await.problem(409, "slug_taken");
        eve.patch(&at(&new), json!({"slug": "evil"})).await.ok(200);
        assert_eq!(id(&olga.post(&of(&acme, "undelete"), json!({})).await.ok(200)), acme);
    })
    .await;
}

#[tokio::test]
async fn after_its_time_a_deleted_organization_cannot_be_restored() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        olga.delete(&at(&acme)).await.ok(204);
        world.clock.advance(31 * 86_400);
        let olga = world.sign_in("olga").await;
        olga.post(&of(&acme, "undelete"), json!({})).await.problem(409, "wrong_state");
        tenant(&olga, "Next").await;
    })
    .await;
}
