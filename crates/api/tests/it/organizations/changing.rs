//! Changing an organization's fields.

use polity_testkit::{Method, json, on_each, roles};

use super::{at, key, shut_off, titles};
use crate::rights::{child, of};

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let body =
            json!({"external_id": "crm-1", "labels": {"env": "prod", "tier": "1"}, "slug": "acme-inc"});
        olga.patch(&at(&acme), body).await.ok(200);
        let body = json!({"title": "Acme Inc.", "external_id": null, "labels": {"tier": null, "new": "2"}});
        let changed = olga.patch(&at(&acme), body).await;
        let tag = changed.header("etag").to_owned();
        let changed = changed.ok(200);
        assert_eq!((&changed["title"], &changed["slug"]), (&json!("Acme Inc."), &json!("acme-inc")));
        assert_eq!(changed["labels"], json!({"env": "prod", "new": "2"}));
        assert!(changed.get("external_id").is_none());
        let same = olga.patch(&at(&acme), json!({"title": "Acme Inc."})).await;
        assert_eq!(
            (same.status, same.header("etag")),
            (200, tag.as_str()),
            "nothing changed, nothing was recorded"
        );
    })
    .await;
}

#[tokio::test]
async fn rac_01_of_two_changes_of_one_version_the_second_is_refused() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let tag = olga.get(&at(&acme)).await.header("etag").to_owned();
        let bound = olga.header("if-match", &tag);
        bound.patch(&at(&acme), json!({"title": "First"})).await.ok(200);
        bound.patch(&at(&acme), json!({"title": "Second"})).await.problem(412, "etag_mismatch");
        bound.delete(&at(&acme)).await.problem(412, "etag_mismatch");
        bound.post(&of(&acme, "move"), json!({"parent": null})).await.problem(412, "etag_mismatch");
        assert_eq!(olga.get(&at(&acme)).await.ok(200)["title"], "First");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_or_taken_is_refused() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        world.tenant("Beta", "bert").await;
        olga.patch(&at(&acme), json!({"slug": "beta"})).await.problem(409, "slug_taken");
        olga.patch(&at(&acme), json!({"slug": "root"})).await.problem(400, "invalid_value");
        olga.patch(&at(&acme), json!({"title": ""})).await.problem(400, "invalid_value");
        olga.patch(&at(&acme), json!({"labels": {"a b": "c"}})).await.problem(400, "invalid_value");
        olga.patch(&at(&acme), json!({"inherits_roles": true})).await.problem(400, "invalid_value");
        olga.patch(&at(&acme), json!({"region": "mars"})).await.problem(400, "unknown_field");
        let reader = world.join(&olga, &acme, "rita", roles::READER).await;
        let refused = reader.patch(&at(&acme), json!({"title": "X"})).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.update");
    })
    .await;
}

#[tokio::test]
async fn ten_10_a_child_that_inherits_no_roles_is_out_of_its_parents_reach() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        let bill = world.join(&olga, &acme, "bill", roles::ADMIN).await;
        bill.get(&at(&team)).await.ok(200);
        shut_off(&carl, &sales).await;
        for hidden in [&sales, &team] {
            bill.get(&at(hidden)).await.problem(404, "not_found");
            bill.patch(&at(hidden), json!({"title": "X"})).await.problem(404, "not_found");
        }
        carl.get(&at(&team)).await.ok(200);
        carl.patch(&at(&sales), json!({"inherits_roles": true})).await.ok(200);
        bill.get(&at(&team)).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn own_07_shutting_off_never_leaves_an_organization_without_an_owner() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let maker = key(world, &olga, &acme, &["organizations.create"], true).await;
        let sales = child(&maker, &acme, "Sales").await;
        let team = child(&maker, &sales, "Team").await;
        olga.patch(&at(&sales), json!({"inherits_roles": false})).await.problem(409, "last_owner");
        olga.patch(&at(&team), json!({"inherits_roles": false})).await.problem(409, "last_owner");
        assert_eq!(titles(&olga, &of(&acme, "descendants")).await, ["Sales", "Team"]);
        world.join(&olga, &sales, "carl", roles::OWNER).await;
        shut_off(&olga, &sales).await;
    })
    .await;
}

#[tokio::test]
async fn esc_05_an_admin_cannot_open_a_child_for_those_who_are_owners_above() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let carl = world.join(&olga, &acme, "carl", roles::ADMIN).await;
        let sales = child(&carl, &acme, "Sales").await;
        shut_off(&carl, &sales).await;
        world.invite(&carl, &sales, "olga", roles::ADMIN).await;
        let token = world.mailed_token("olga@example.com").await;
        olga.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        // Olga is an admin there, and would be an owner if the roles of Acme reached it.
        let refused =
            olga.patch(&at(&sales), json!({"inherits_roles": true})).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.move");
        olga.patch(&at(&sales), json!({"title": "Sales 2"})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn rac_01_of_two_changes_of_one_logo_the_second_is_refused() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let logo = |pixel: &str| json!({"logo_data_uri": format!("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk{pixel}M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")});
        let seen = olga.get(&at(&acme)).await.header("etag").to_owned();
        let bound = olga.header("if-match", &seen);
        let first = bound.patch(&at(&acme), logo("+")).await;
        let tag = first.header("etag").to_owned();
        first.ok(200);
        bound.patch(&at(&acme), logo("/")).await.problem(412, "etag_mismatch");
        bound.patch(&at(&acme), json!({"logo_data_uri": null})).await.problem(412, "etag_mismatch");
        // What was not seen is not changed: a name is not the logo.
        bound.patch(&at(&acme), json!({"title": "Acme Inc."})).await.ok(200);
        olga.header("if-match", &tag).patch(&at(&acme), logo("/")).await.problem(412, "etag_mismatch");
        let tag = olga.get(&at(&acme)).await.header("etag").to_owned();
        olga.header("if-match", &tag).patch(&at(&acme), json!({"logo_data_uri": null})).await.ok(200);
        assert!(olga.get(&at(&acme)).await.ok(200).get("logo_data_uri").is_none());
    })
    .await;
}

#[tokio::test]
async fn taking_a_logo_away_takes_back_that_it_is_enforced() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let looks = json!({"logo_url": "https://cdn.example.com/l.png", "theme": "DARK", "enforced": ["logo", "theme"]});
        olga.send(Method::PUT, &of(&acme, "customizations"), Some(looks)).await.ok(200);
        olga.patch(&at(&acme), json!({"logo_data_uri": null})).await.ok(200);
        let left = olga.get(&of(&acme, "customizations")).await.ok(200);
        assert_eq!((&left["enforced"], &left["theme"]), (&json!(["theme"]), &json!("DARK")), "{left}");
    })
    .await;
}
