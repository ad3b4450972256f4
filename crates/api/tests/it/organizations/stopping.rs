//! Suspending and resuming.

use polity_testkit::{json, on_each, roles};

use super::{at, key, tenant, titles};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn ten_14_a_suspended_tenant_stands_still_at_once_and_goes_on_when_resumed() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let machine = key(world, &olga, &acme, &["organizations.read"], true).await;
        tenant(&olga, "Other").await;
        let stopped = root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        assert_eq!((&stopped["state"], &stopped["suspend_reason"]), (&json!("SUSPENDED"), &json!("unpaid")));
        for path in [at(&acme), at(&sales), of(&acme, "children"), of(&acme, "members")] {
            let answer = olga.get(&path).await;
            assert!(matches!(answer.status, 403 | 404), "{path}: {}", answer.text);
        }
        olga.get(&at(&acme)).await.problem(403, "organization_suspended");
        olga.patch(&at(&sales), json!({"title": "X"})).await.problem(403, "organization_suspended");
        let machine_answer = machine.get(&at(&acme)).await;
        assert!(matches!(machine_answer.status, 401 | 403), "{}", machine_answer.text);
        assert_eq!(titles(&olga, "/api/v1/organizations").await, ["Other"]);
        assert_eq!(titles(&olga, "/api/v1/me/organizations").await, ["Acme", "Other", "Sales"]);
        world.person("eve").await.get(&at(&acme)).await.problem(404, "not_found");
        root.post(&of(&acme, "suspend"), json!({"reason": "again"})).await.problem(409, "wrong_state");
        assert_eq!(root.post(&of(&acme, "resume"), json!({})).await.ok(200)["state"], "ACTIVE");
        root.post(&of(&acme, "resume"), json!({})).await.problem(409, "wrong_state");
        olga.get(&at(&sales)).await.ok(200);
        machine.get(&at(&acme)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_child_is_suspended_by_those_above_and_not_by_its_own() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let carl = world.join(&olga, &sales, "carl", roles::OWNER).await;
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        let body = json!({"reason": "an audit"});
        let refused = carl.post(&of(&sales, "suspend"), body.clone()).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "organizations.suspend");
        anna.post(&of(&sales, "suspend"), body.clone()).await.problem(403, "permission_denied");
        olga.post(&of(&sales, "suspend"), json!({})).await.problem(400, "missing_field");
        olga.post(&of(&sales, "suspend"), json!({"reason": " "})).await.problem(400, "invalid_value");
        olga.post(&of(&sales, "suspend"), body).await.ok(200);
        carl.get(&at(&sales)).await.problem(403, "organization_suspended");
        carl.post(&of(&sales, "resume"), json!({})).await.problem(404, "not_found");
        // Those above see that it is suspended.
        let seen = olga.get(&of(&acme, "children")).await.ok(200);
        assert_eq!(seen["organizations"][0]["state"], "SUSPENDED");
        let tree = olga.get(&of(&acme, "tree")).await.ok(200);
        assert_eq!(tree["tree"]["children"][0]["state"], "SUSPENDED");
        olga.post(&of(&sales, "resume"), json!({})).await.ok(200);
        carl.get(&at(&sales)).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_tenants_owner_cannot_suspend_it_and_nobody_the_root() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"reason": "a test"});
        olga.post(&of(&acme, "suspend"), body.clone()).await.problem(403, "permission_denied");
        root.post(&of("root", "suspend"), body.clone()).await.problem(409, "root_organization");
        root.delete(&at("root")).await.problem(409, "root_organization");
        root.post(&of("root", "move"), json!({"parent": acme})).await.problem(409, "root_organization");
        olga.post(&of("root", "suspend"), body.clone()).await.problem(404, "not_found");
        // Platform administrators stop a tenant, and have no other right in it.
        root.get(&at(&acme)).await.problem(404, "not_found");
        root.delete(&at(&acme)).await.problem(404, "not_found");
        world.nobody().post(&of(&acme, "suspend"), body).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_a_suspension_shows_who_would_be_cut_off() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let carl = world.join(&olga, &sales, "carl", roles::MEMBER).await;
        key(world, &olga, &sales, &["members.read"], false).await;
        let path = of(&sales, "suspend?validate_only=true");
        let preview = olga.post(&path, json!({"reason": "a test"})).await.ok(200);
        assert_eq!((&preview["seats_freed"], &preview["ownerless"]), (&json!(2), &json!([])));
        assert_eq!(preview["keys_ended"].as_array().map(Vec::len), Some(1));
        let rows = preview["changes"].as_array().unwrap();
        let carls = rows.iter().find(|row| row["principal"]["id"] == json!(carl.user_id)).unwrap();
        assert!(carls["lost"].as_array().unwrap().contains(&json!("members.read")));
        carl.get(&at(&sales)).await.ok(200);
    })
    .await;
}
