//! How far a grant reaches.

use polity_testkit::{json, on_each};

use super::{Scene, grant, itself, prefer, scene, workspace};
use crate::rights::{assert_sound, child, id, of};

#[tokio::test]
async fn esc_23_a_grant_of_one_tenant_opens_nothing_in_another() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        prefer(&otto, &beta, true).await;
        let theirs = workspace(&otto, &beta, "Theirs").await;
        grant(&owner, &acme, json!({"descendants": true, "access": "READ_WRITE"})).await;
        staff.get(&itself(&acme)).await.ok(200);
        for path in [itself(&beta), of(&beta, "members"), of(&beta, &format!("workspaces/{theirs}"))] {
            staff.get(&path).await.problem(404, "not_found");
        }
        staff.get(&of(&acme, &format!("workspaces/{theirs}"))).await.problem(404, "not_found");
        let foreign = json!({"reason": "x", "workspaces": [theirs]});
        owner.post(&of(&acme, "support-access-grants"), foreign).await.problem(400, "unknown_workspace");
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_for_a_workspace_reaches_nothing_else() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let open = workspace(&owner, &acme, "Open").await;
        let shut = workspace(&owner, &acme, "Shut").await;
        let body = json!({"workspaces": [format!("organizations/{acme}/workspaces/{open}")], "access": "READ_WRITE"});
        grant(&owner, &acme, body).await;
        let at = |workspace: &str, rest: &str| of(&acme, &format!("workspaces/{workspace}{rest}"));
        staff.get(&at(&open, "")).await.ok(200);
        staff.get(&at(&open, "/users")).await.ok(200);
        staff.patch(&at(&open, ""), json!({"title": "Mended"})).await.ok(200);
        let listed = staff.get(&of(&acme, "workspaces")).await.ok(200);
        let ids: Vec<_> = listed["workspaces"].as_array().unwrap().iter().map(id).collect();
        assert_eq!(ids, std::slice::from_ref(&open));
        let before = owner.get(&at(&open, "/users")).await.ok(200);
        let denied = staff.post(&at(&open, "/users"), json!({"user": staff.user_id})).await;
        assert_eq!(denied.problem(403, "permission_denied")["required_permission"], "workspaces.manage_users");
        let ask = json!({"email": "sam@example.com", "workspace": open});
        staff.post(&of(&acme, "invitations"), ask).await;
        assert_eq!(owner.get(&at(&open, "/users")).await.ok(200), before);
        let invited = owner.get(&of(&acme, "invitations")).await.ok(200);
        assert_eq!(invited["invitations"], json!([]));
        for path in [
            itself(&acme),
            of(&acme, "members"),
            of(&acme, "tags"),
            of(&acme, "audit-events"),
            of(&acme, "support-access-grants"),
            at(&shut, ""),
            at(&shut, "/users"),
        ] {
            staff.get(&path).await.problem(404, "not_found");
        }
        staff.patch(&at(&shut, ""), json!({"title": "Mine"})).await.problem(404, "not_found");
        staff.post(&of(&acme, "workspaces"), json!({"title": "Mine"})).await.problem(404, "not_found");
        assert_eq!(owner.delete(&at(&open, "")).await.status, 204);
        staff.get(&at(&open, "")).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_reaches_those_below_that_inherit_and_let_the_support_team_in_themselves() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let willing = child(&owner, &acme, "Willing").await;
        let below = child(&owner, &willing, "Below").await;
        let unwilling = child(&owner, &acme, "Unwilling").await;
        let under = child(&owner, &unwilling, "Under").await;
        let apart = child(&owner, &acme, "Apart").await;
        for at in [&willing, &below, &under, &apart] {
            prefer(&owner, at, true).await;
        }
        owner.patch(&itself(&apart), json!({"inherits_roles": false})).await.ok(200);
        let alone = grant(&owner, &acme, json!({})).await;
        staff.get(&itself(&willing)).await.problem(404, "not_found");
        assert_eq!(owner.delete(&super::one(&acme, &alone)).await.status, 204);
        grant(&owner, &acme, json!({"descendants": true})).await;
        for at in [&acme, &willing, &below] {
            staff.get(&of(at, "members")).await.ok(200);
        }
        for at in [&unwilling, &under, &apart] {
            staff.get(&of(at, "members")).await.problem(404, "not_found");
        }
        // What is read below in one stroke would pass those that let nobody in: it is not theirs.
        let denied = staff.get(&of(&acme, "audit-events?descendants=true")).await;
        denied.problem(403, "permission_denied");
        let shown = staff.get(&of(&acme, "descendants")).await.ok(200);
        assert!(!shown.to_string().contains(&unwilling), "{shown}");
        // Letting them in later brings no grant of before.
        world.clock.advance(1);
        prefer(&owner, &unwilling, true).await;
        staff.get(&itself(&unwilling)).await.problem(404, "not_found");
        world.clock.advance(1);
        grant(&owner, &acme, json!({"descendants": true})).await;
        staff.get(&itself(&unwilling)).await.ok(200);
        staff.get(&itself(&under)).await.ok(200);
        // And stopping it below, or on the way, stops it for good.
        prefer(&owner, &willing, false).await;
        staff.get(&itself(&willing)).await.problem(404, "not_found");
        staff.get(&itself(&below)).await.problem(404, "not_found");
        prefer(&owner, &willing, true).await;
        staff.get(&itself(&willing)).await.problem(404, "not_found");
        staff.get(&itself(&below)).await.problem(404, "not_found");
        staff.get(&itself(&acme)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_goes_along_with_its_organization_and_reaches_nothing_of_where_it_comes() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let works = child(&owner, &acme, "Works").await;
        prefer(&owner, &works, true).await;
        grant(&owner, &works, json!({"descendants": true})).await;
        grant(&owner, &acme, json!({"descendants": true, "ttl_seconds": 60})).await;
        owner.post(&of(&works, "move"), json!({"parent": null})).await.ok(200);
        assert_sound(world).await;
        let beta = id(&owner.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        owner.post(&of(&works, "move"), json!({"parent": beta})).await.ok(200);
        assert_sound(world).await;
        staff.get(&itself(&works)).await.ok(200);
        staff.get(&itself(&beta)).await.problem(404, "not_found");
        prefer(&owner, &works, false).await;
        staff.get(&itself(&works)).await.problem(404, "not_found");
        staff.get(&itself(&acme)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_what_is_suspended_or_deleted_is_nobodys_to_look_into() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let works = child(&owner, &acme, "Works").await;
        prefer(&owner, &works, true).await;
        grant(&owner, &works, json!({})).await;
        staff.get(&itself(&works)).await.ok(200);
        owner.post(&of(&works, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        staff.get(&itself(&works)).await.problem(404, "not_found");
        owner.post(&of(&works, "resume"), json!({})).await.ok(200);
        staff.get(&itself(&works)).await.ok(200);
        assert_eq!(owner.delete(&itself(&works)).await.status, 204);
        staff.get(&itself(&works)).await.problem(404, "not_found");
        staff.post(&of(&works, "undelete"), json!({})).await.problem(404, "not_found");
    })
    .await;
}
