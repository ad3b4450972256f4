use polity_app::Settings;
use polity_testkit::{json, on_each, on_each_with, roles};

use super::{Office, workspace};
use crate::rights::{assert_sound, id, of};

#[tokio::test]
async fn ten_14_a_deleted_workspace_is_there_for_nobody_and_a_restored_one_as_before() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let preview = owner.delete(&office.path("?validate_only=true")).await.ok(200);
        assert_eq!(preview["changes"][0]["principal"]["id"], ada.user_id);
        assert!(office.allowed(ada, "workspaces.update").await, "nothing has happened");
        assert_eq!(owner.delete(&office.path("")).await.status, 204);
        for actor in [owner, ada] {
            for rest in ["", "/users", "/roles", "/invites"] {
                actor.get(&office.path(rest)).await.problem(404, "not_found");
            }
            actor.patch(&office.path(""), json!({"title": "X"})).await.problem(404, "not_found");
            actor.post(&office.path("/users"), json!({"user": ada.user_id})).await.problem(404, "not_found");
            actor
                .post(&of(acme, "workspaces:countUsers"), json!({"workspace_ids": [office.workspace]}))
                .await
                .problem(404, "not_found");
        }
        owner.post(&office.path("/clone"), json!({"title": "X"})).await.problem(404, "not_found");
        assert!(
            !office.allowed(ada, "workspaces.update").await
                && !office.allowed(owner, "workspaces.read").await
        );
        assert_eq!(ada.get(&of(acme, "workspaces")).await.ok(200)["workspaces"], json!([]));
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": roles::WORKSPACE_VIEWER,
            "resource": {"type": "workspace", "id": office.workspace}});
        owner.post(&of(acme, "role-assignments"), body).await.problem(400, "unknown_workspace");
        let listed = owner.get(&of(acme, "workspaces?show_deleted=true")).await.ok(200);
        let gone = &listed["workspaces"][0];
        assert_eq!(gone["state"], "DELETED");
        assert!(gone["delete_time"].is_string() && gone["purge_time"].is_string());
        ada.post(&office.path("/undelete"), json!({})).await.problem(403, "permission_denied");
        let back = owner.send(polity_testkit::Method::POST, &office.path("/undelete"), None).await.ok(200);
        assert_eq!((&back["state"], back.get("delete_time")), (&json!("ACTIVE"), None));
        assert!(office.allowed(ada, "workspaces.update").await);
        assert_eq!(owner.get(&office.path("/users")).await.ok(200)["users"][0]["id"], ada.user_id);
        owner
            .send(polity_testkit::Method::POST, &office.path("/undelete"), None)
            .await
            .problem(409, "wrong_state");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_13_a_slug_is_free_at_once_and_carries_nothing_over() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        assert_eq!(owner.delete(&office.path("")).await.status, 204);
        let again = workspace(owner, acme, "Research").await;
        assert_ne!(again, office.workspace);
        let made = owner.get(&super::workspace_path(acme, &again, "")).await.ok(200);
        assert_eq!(made["slug"], "research");
        ada.get(&super::workspace_path(acme, &again, "")).await.problem(404, "not_found");
        owner
            .send(polity_testkit::Method::POST, &office.path("/undelete"), None)
            .await
            .problem(409, "slug_taken");
    })
    .await;
}

#[tokio::test]
async fn a_workspace_is_restored_until_its_time_is_over() {
    on_each(async |world| {
        let office = Office::found(world).await;
        assert_eq!(office.owner.delete(&office.path("")).await.status, 204);
        world.clock.advance(30 * 86_400);
        let owner = world.sign_in("olga").await;
        owner
            .send(polity_testkit::Method::POST, &office.path("/undelete"), None)
            .await
            .problem(409, "wrong_state");
    })
    .await;
}

#[tokio::test]
async fn a_workspace_whose_time_is_over_is_erased_with_the_roles_and_tags_on_it() {
    let a_day = |settings: &mut Settings| settings.deleted_retention_seconds = 86_400;
    on_each_with(a_day, async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let other = workspace(owner, acme, "Sales").await;
        let tag = owner.post(&of(acme, "tags"), json!({"title": "old"})).await.ok(201);
        let tag = of(acme, &format!("tags/{}", id(&tag)));
        let both = [&office.workspace, &other].map(|id| json!({"type": "workspace", "id": id}));
        owner.post(&format!("{tag}/attach"), json!({"resources": both})).await.ok(204);
        // More roles than one transaction ends.
        for number in 0..101 {
            let group = owner.post(&of(acme, "groups"), json!({"title": format!("Group {number}")})).await;
            let held = json!({"principal": {"type": "group", "id": id(&group.ok(201))},
                "role": roles::WORKSPACE_VIEWER, "resource": {"type": "workspace", "id": office.workspace}});
            owner.post(&of(acme, "role-assignments"), held).await.ok(201);
        }
        let kept = owner.post(&of(acme, "groups"), json!({"title": "Kept"})).await.ok(201);
        let kept = json!({"principal": {"type": "group", "id": id(&kept)}, "role": roles::WORKSPACE_VIEWER,
            "resource": {"type": "workspace", "id": other}});
        owner.post(&of(acme, "role-assignments"), kept).await.ok(201);
        let invited = json!({"email": "kim@example.com", "workspace_id": office.workspace,
            "roles": [roles::WORKSPACE_VIEWER]});
        world.person("kim").await;
        owner.post(&of(acme, "invitations"), invited).await.ok(201);
        let token = json!({"token": world.mailed_token("kim@example.com").await});
        let link = json!({"max_uses": 5, "workspace_id": office.workspace});
        let link = owner.post(&of(acme, "invite-links"), link).await.ok(201);
        let link = json!({"token": link["secret"]});
        assert_eq!(owner.delete(&office.path("")).await.status, 204);
        // An organization that stands still is no exception.
        let root = world.administrator().await;
        root.post(&of(acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        world.clock.advance(86_400 + 299);
        world.purge().await;
        let count = async || world.number("SELECT COUNT(*) FROM workspaces").await;
        assert_eq!(count().await, 2, "a request may be on its way that restores it");
        world.clock.advance(1);
        world.purge().await;
        world.purge().await;
        assert_eq!(count().await, 1);
        let on = "SELECT COUNT(*) FROM role_assignments WHERE resource_kind = 'workspace'";
        assert_eq!(world.number(on).await, 1, "that on the other one");
        let root = world.sign_in_as("root@polity.test").await;
        root.post(&of(acme, "resume"), json!({})).await.ok(200);
        let owner = world.sign_in("olga").await;
        owner
            .send(polity_testkit::Method::POST, &office.path("/undelete"), None)
            .await
            .problem(404, "not_found");
        let tagged = owner.get(&format!("{tag}/resources")).await.ok(200);
        assert_eq!(tagged["resources"].as_array().unwrap().len(), 1, "{tagged}");
        let listed = owner.get(&of(acme, "workspaces?show_deleted=true")).await.ok(200);
        assert_eq!(listed["workspaces"].as_array().unwrap().len(), 1);
        let events =
            owner.get(&of(acme, "audit-events?filter=action%20%3D%20workspace.purged")).await.ok(200);
        let event = &events["audit_events"][0];
        assert_eq!(
            (&event["actor"]["type"], &event["before"]["title"], event.get("after")),
            (&json!("system"), &json!("Research"), None),
            "{events}"
        );
        let invited = owner.get(&of(acme, "invitations")).await.ok(200);
        let into: Vec<_> =
            invited["invitations"].as_array().unwrap().iter().map(|one| &one["workspace_id"]).collect();
        assert!(into.contains(&&json!(office.workspace)), "{invited}");
        let nobody = world.nobody();
        nobody.post("/api/v1/invitations/lookup", token.clone()).await.problem(404, "not_found");
        nobody.post("/api/v1/invite-links/lookup", link.clone()).await.problem(404, "not_found");
        let kim = world.sign_in("kim").await;
        kim.post("/api/v1/invitations/accept", token).await.problem(409, "workspace_deleted");
        kim.post("/api/v1/invite-links/join", link).await.problem(409, "workspace_deleted");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_14_what_stops_an_organization_stops_its_workspaces() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let root = world.administrator().await;
        let path = format!("/api/v1/organizations/{}", office.organization);
        root.post(&format!("{path}/suspend"), json!({"reason": "unpaid"})).await.ok(200);
        office.admin.get(&office.path("")).await.problem(403, "organization_suspended");
        office
            .admin
            .get(&of(&office.organization, "workspaces"))
            .await
            .problem(403, "organization_suspended");
        world.person("eve").await.get(&office.path("")).await.problem(404, "not_found");
        root.post(&format!("{path}/resume"), json!({})).await;
        office.admin.get(&office.path("")).await.ok(200);
        assert_eq!(office.owner.delete(&path).await.status, 204);
        office.admin.get(&office.path("")).await.problem(404, "not_found");
    })
    .await;
}
