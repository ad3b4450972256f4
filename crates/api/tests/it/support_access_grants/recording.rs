//! Every use is on the record, under the real name and with the grant.

use polity_app::access_log::flush;
use polity_testkit::{Actor, Value, World, json, on_each, roles};

use super::{Scene, grant, itself, scene, workspace};
use crate::rights::{assert_sound, encoded, of};

async fn log(world: &World, actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    flush(&world.app).await.unwrap();
    let path = of(organization, &format!("access-log?page_size=1000&filter={}", encoded(filter)));
    actor.get(&path).await.ok(200)["access_log"].as_array().unwrap().clone()
}

async fn events(actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    let path = of(organization, &format!("audit-events?page_size=1000&filter={}", encoded(filter)));
    actor.get(&path).await.ok(200)["audit_events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn esc_23_an_event_of_the_staffs_names_them_and_the_grant() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let made = grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
        let own = workspace(&staff, &acme, "Made by staff").await;
        workspace(&owner, &acme, "Made by the owner").await;
        let path = of(&acme, &format!("workspaces/{own}"));
        staff.patch(&path, json!({"title": "Mended"})).await.ok(200);
        let theirs = events(&owner, &acme, &format!("support_access_grant = \"{made}\"")).await;
        let kinds: Vec<_> = theirs.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["workspace.updated", "workspace.created"]);
        for event in &theirs {
            assert_eq!(event["actor"]["id"], json!(staff.user_id));
            assert_eq!(event["actor"]["type"], "user");
            assert_eq!(event["support_access_grant"], json!(made));
        }
        let others = events(&owner, &acme, "NOT support_access_grant:*").await;
        assert!(!others.is_empty() && others.iter().all(|event| event.get("support_access_grant").is_none()));
        let export = owner.post(&of(&acme, "audit-events/export"), json!({"format": "CSV"})).await;
        assert!(export.text.lines().any(|line| line.contains("workspace.updated") && line.contains(&made)));
        // Whoever is a member as well does by their role what that allows.
        let added = json!({"user": staff.user_id, "roles": [roles::ADMIN]});
        owner.post(&of(&acme, "members"), added).await.ok(201);
        staff.patch(&path, json!({"title": "By the role"})).await.ok(200);
        assert_eq!(events(&owner, &acme, &format!("support_access_grant = \"{made}\"")).await.len(), 2);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_each_use_is_a_row_of_the_access_log_that_names_the_grant() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        let made = grant(&owner, &acme, json!({})).await;
        staff.get(&itself(&acme)).await.ok(200);
        staff.get(&of(&acme, "members")).await.ok(200);
        staff.get(&of(&acme, "access-log")).await.ok(200);
        staff.post(&of(&acme, "tags"), json!({"title": "Mine"})).await.problem(403, "permission_denied");
        let me = json!({"principal": {"type": "user", "id": staff.user_id}, "permission": "members.read"});
        staff.post(&of(&acme, "access/check"), me.clone()).await.ok(200);
        owner.post(&of(&acme, "access/check"), me).await.ok(200);
        owner.get(&of(&acme, "members")).await.ok(200);
        let rows = log(world, &owner, &acme, &format!("support_access_grant = \"{made}\"")).await;
        let mut routes: Vec<_> = rows
            .iter()
            .map(|row| row["route"].as_str().unwrap().rsplit("{organization_id}").next().unwrap().to_owned())
            .collect();
        routes.sort();
        assert_eq!(routes, ["", "/access-log", "/access/check", "/members"]);
        for row in &rows {
            assert_eq!(row["user"]["id"], json!(staff.user_id));
            assert_eq!((&row["status"], &row["support_access_grant"]), (&json!("SUCCESS"), &json!(made)));
        }
        // What was refused is told as well; no grant let it in.
        let refused =
            log(world, &owner, &acme, &format!("user = \"{}\" AND status = FAILURE", staff.user_id)).await;
        let told: Vec<_> = refused.iter().map(|row| row["http_status"].as_u64().unwrap()).collect();
        assert_eq!(told, [403, 404]);
        assert!(refused.iter().all(|row| row.get("support_access_grant").is_none()));
        let own = log(world, &owner, &acme, &format!("user = \"{}\"", owner.user_id)).await;
        assert!(own.iter().all(|row| row.get("support_access_grant").is_none()));
    })
    .await;
}
