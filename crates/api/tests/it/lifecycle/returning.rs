//! What comes back when an organization resumes or is restored: all of it, as it was.

use std::collections::BTreeMap;

use polity_testkit::{Value, json, on_each, roles};

use super::{Whole, at, undelete};
use crate::cases::Acme;
use crate::rights::{assert_sound, child, id, of, role};

/// Every list and document of an organization.
const SHOWN: &[&str] = &[
    "",
    "/members",
    "/users",
    "/groups",
    "/service-accounts",
    "/roles",
    "/role-assignments",
    "/api-keys",
    "/invitations",
    "/invites",
    "/workspaces?show_deleted=true",
    "/tags",
    "/permissions",
    "/settings",
    "/settings/effective",
    "/limits",
    "/preferences",
    "/customizations",
    "/customizations/versions",
    "/audit-actions",
    "/consumption",
    "/children?show_deleted=true",
    "/descendants",
    "/tree",
];

/// What it all looks like.
async fn picture(acme: &Acme<'_>) -> BTreeMap<&'static str, Value> {
    let mut shown = BTreeMap::new();
    for part in SHOWN {
        let sized = if part.contains('?') { "&page_size=1000" } else { "" };
        let mut body = acme.owner.get(&acme.path(&format!("{part}{sized}"))).await.ok(200);
        settle(&mut body);
        shown.insert(*part, body);
    }
    shown
}

/// Organizations that were stopped have another version than before, and nothing else.
fn settle(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            if fields.contains_key("slug") {
                fields.remove("etag");
                fields.remove("update_time");
            }
            fields.values_mut().for_each(settle);
        }
        Value::Array(rows) => rows.iter_mut().for_each(settle),
        _ => {}
    }
}

fn assert_same(before: &BTreeMap<&'static str, Value>, after: &BTreeMap<&'static str, Value>) {
    for (part, shown) in before {
        assert_eq!(shown, &after[part], "{part}");
    }
}

#[tokio::test]
async fn what_is_suspended_has_all_it_had_when_it_resumes() {
    on_each(async |world| {
        let root = world.administrator().await;
        let whole = Whole::found(world).await;
        let before = picture(&whole.acme).await;
        let guest = whole.subject("get_invitation");
        let accept = json!({"token": guest.secret});
        let guest = guest.actor.as_ref().unwrap();
        root.post(&whole.acme.path("/suspend"), json!({"reason": "unpaid"})).await.ok(200);
        guest.post("/api/v1/invitations/accept", accept.clone()).await.problem(403, "organization_suspended");
        assert_eq!(guest.get("/api/v1/me/invitations").await.ok(200)["invitations"], json!([]));
        root.post(&whole.acme.path("/resume"), json!({})).await.ok(200);
        assert_same(&before, &picture(&whole.acme).await);
        whole.key.get(&whole.acme.path("/members")).await.ok(200);
        guest.post("/api/v1/invitations/accept", accept).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_has_all_it_had_when_it_is_restored_and_its_children_are_restored_one_by_one() {
    on_each(async |world| {
        let whole = Whole::found(world).await;
        let (owner, acme) = (&whole.acme.owner, &whole.acme.id);
        let before = picture(&whole.acme).await;
        let guest = whole.subject("get_invitation");
        let accept = json!({"token": guest.secret});
        let guest = guest.actor.as_ref().unwrap();
        assert_eq!(owner.delete(&format!("{}?children=delete", at(acme))).await.status, 204);
        for answer in ["accept", "decline", "lookup"] {
            let path = format!("/api/v1/invitations/{answer}");
            guest.post(&path, accept.clone()).await.problem(404, "not_found");
        }
        assert_eq!(guest.get("/api/v1/me/invitations").await.ok(200)["invitations"], json!([]));
        let children = before["/children?show_deleted=true"]["organizations"].as_array().unwrap();
        let stood: Vec<_> = children.iter().filter(|one| one["state"] != "DELETED").map(id).collect();
        assert!(stood.len() >= 2 && children.iter().any(|one| one["state"] == "SUSPENDED"));
        for below in &stood {
            undelete(owner, below).await.problem(404, "not_found");
        }
        undelete(owner, acme).await.ok(200);
        let half = picture(&whole.acme).await;
        assert_eq!(half["/descendants"]["organizations"], json!([]));
        for below in &stood {
            undelete(owner, below).await.ok(200);
        }
        // The suspended one among them is suspended as before.
        assert_same(&before, &picture(&whole.acme).await);
        whole.key.get(&whole.acme.path("/members")).await.ok(200);
        guest.post("/api/v1/invitations/accept", accept).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn who_may_delete_and_not_suspend_lifts_no_suspension_by_deleting() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let permissions = ["organizations.delete", "organizations.read", "organizations.update"];
        let cleaner = role(&olga, &acme, "Cleaner", &permissions).await;
        let carl = world.join(&olga, &acme, "carl", &cleaner).await;
        olga.post(&of(&team, "suspend"), json!({"reason": "an audit"})).await.ok(200);
        carl.post(&of(&team, "resume"), json!({})).await.problem(403, "permission_denied");
        carl.delete(&at(&team)).await.problem(403, "organization_suspended");
        assert_eq!(carl.delete(&format!("{}?children=delete", at(&sales))).await.status, 204);
        undelete(&carl, &sales).await.ok(200);
        let listed = carl.get(&of(&sales, "children?show_deleted=true")).await.ok(200);
        let deleted = &listed["organizations"][0];
        assert_eq!((&deleted["state"], &deleted["suspend_reason"]), (&json!("DELETED"), &json!("an audit")));
        let back = undelete(&carl, &team).await.ok(200);
        assert_eq!((&back["state"], &back["suspend_reason"]), (&json!("SUSPENDED"), &json!("an audit")));
        carl.get(&at(&team)).await.problem(403, "organization_suspended");
        olga.post(&of(&team, "resume"), json!({})).await.ok(200);
        carl.get(&at(&team)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_restored_below_what_is_stopped() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        assert_eq!(olga.delete(&at(&team)).await.status, 204);
        olga.post(&of(&sales, "suspend"), json!({"reason": "an audit"})).await.ok(200);
        undelete(&olga, &team).await.problem(403, "organization_suspended");
        olga.post(&of(&sales, "resume"), json!({})).await.ok(200);
        root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        undelete(&olga, &team).await.problem(403, "organization_suspended");
        root.post(&of(&acme, "resume"), json!({})).await.ok(200);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        undelete(&olga, &team).await.problem(404, "not_found");
        // A deleted tenant can be suspended by nobody, so its deletion hides no suspension either.
        assert_eq!(olga.delete(&at(&acme)).await.status, 204);
        root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.problem(409, "wrong_state");
        for below in [&sales, &team] {
            undelete(&olga, below).await.problem(404, "not_found");
        }
        for one in [&acme, &sales, &team] {
            assert_eq!(undelete(&olga, one).await.ok(200)["state"], "ACTIVE");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_stopped_goes_nowhere_and_takes_nothing_in() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let [sales, works] = [child(&olga, &acme, "Sales").await, child(&olga, &acme, "Works").await];
        let team = child(&olga, &sales, "Team").await;
        let beta = id(&olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        let to = |parent: &str| json!({"parent": parent});
        let tries = [
            (of(&sales, "move"), to(&works)),
            (of(&sales, "move"), to(&beta)),
            (of(&sales, "move"), json!({"parent": null})),
            (of(&team, "move"), to(&works)),
            (of(&team, "move"), to(&beta)),
            (of(&works, "move"), to(&sales)),
            (of(&beta, "move"), to(&sales)),
            (of(&beta, "move"), to(&team)),
            (of(&sales, "children"), json!({"title": "New"})),
            (of(&sales, &format!("children/{team}/unlink")), json!({})),
        ];
        olga.post(&of(&sales, "suspend"), json!({"reason": "an audit"})).await.ok(200);
        for (path, body) in &tries {
            olga.post(path, body.clone()).await.problem(403, "organization_suspended");
        }
        let unlink = of(&acme, &format!("children/{sales}/unlink"));
        olga.post(&unlink, json!({})).await.problem(409, "wrong_state");
        olga.post(&of(&sales, "resume"), json!({})).await.ok(200);
        assert_eq!(olga.delete(&format!("{}?children=delete", at(&sales))).await.status, 204);
        for (path, body) in &tries {
            olga.post(path, body.clone()).await.problem(404, "not_found");
        }
        olga.post(&unlink, json!({})).await.problem(404, "not_found");
        // Linked accounts (source document 002) are children: neither is there, nor can it be let go.
        let linked = format!("/v1/organisations/{sales}/linked-accounts");
        let answer = olga.post(&linked, json!({"accountName": "New"})).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        let answer = olga.delete(&format!("/v1/organisations/{acme}/linked-accounts/{sales}")).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_goes_along_with_what_is_above_it_and_is_restored_there() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let tina = world.join(&olga, &team, "tina", roles::OWNER).await;
        assert_eq!(olga.delete(&at(&team)).await.status, 204);
        let beta = id(&olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        olga.post(&of(&sales, "move"), json!({"parent": beta})).await.ok(200);
        undelete(&tina, &team).await.problem(404, "not_found");
        undelete(&olga, &team).await.ok(200);
        tina.get(&at(&team)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
