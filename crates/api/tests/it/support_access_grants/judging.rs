//! The questions about the staff agree with what their requests may do.

use polity_testkit::{Actor, Value, json, on_each, roles};

use super::{Scene, grant, itself, one, scene, workspace};
use crate::rights::{child, key, of};

async fn may(asker: &Actor, acme: &str, who: &Actor, permission: &str, resource: Option<Value>) -> bool {
    let mut body = json!({"principal": {"type": "user", "id": who.user_id}, "permission": permission});
    if let Some(resource) = resource {
        body["resource"] = resource;
    }
    let one = asker.post(&of(acme, "access/check"), body.clone()).await.ok(200)["allowed"] == true;
    let batch = json!({"checks": [body.clone(), body.clone()]});
    let many = asker.post(&of(acme, "access/batch-check"), batch).await.ok(200);
    let explained = asker.post(&of(acme, "access/explain"), body).await.ok(200);
    assert_eq!(explained["allowed"], one, "{permission}: {explained}");
    for answer in many["results"].as_array().unwrap() {
        assert_eq!(answer["allowed"], one, "{permission}");
    }
    one
}

#[tokio::test]
async fn esc_23_the_questions_about_the_staff_agree_with_what_they_get() {
    on_each(async |world| {
        let Scene { root, staff, owner, acme } = scene(world).await;
        let (robot, _) = key(world, &owner, &acme, &["access.check", "access.explain"]).await;
        let stranger = world.person("eve").await;
        let asked = [("members.read", "members"), ("audit.read", "audit-events"), ("tags.read", "tags")];
        for asker in [&owner, &robot] {
            for (permission, _) in asked {
                assert!(!may(asker, &acme, &staff, permission, None).await);
            }
        }
        let made = grant(&owner, &acme, json!({"access": "READ_WRITE", "user": staff.user_id})).await;
        for asker in [&owner, &robot, &staff] {
            for (permission, path) in asked {
                assert!(may(asker, &acme, &staff, permission, None).await, "{permission}");
                staff.get(&of(&acme, path)).await.ok(200);
            }
            assert!(may(asker, &acme, &staff, "workspaces.create", None).await);
            for permission in
                ["members.add", "api_keys.create", "support_access_grants.create", "support.access"]
            {
                assert!(!may(asker, &acme, &staff, permission, None).await, "{permission}");
            }
        }
        for other in [&root, &stranger] {
            assert!(!may(&robot, &acme, other, "members.read", None).await);
            other.get(&of(&acme, "members")).await.problem(404, "not_found");
        }
        assert_eq!(owner.delete(&one(&acme, &made)).await.status, 204);
        assert!(!may(&robot, &acme, &staff, "members.read", None).await);
    })
    .await;
}

#[tokio::test]
async fn an_explanation_names_the_grant() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let works = child(&owner, &acme, "Works").await;
        super::prefer(&owner, &works, true).await;
        let made = grant(&owner, &acme, json!({"descendants": true})).await;
        let body = json!({
            "principal": {"type": "user", "id": staff.user_id}, "permission": "members.read",
            "resource": {"type": "organization", "id": works},
        });
        let explained = owner.post(&of(&acme, "access/explain"), body).await.ok(200);
        let path = json!({
            "by": "support_access", "support_access_grant_id": made, "access": "READ_ONLY",
            "organization": format!("organizations/{acme}"),
            "through": [format!("organizations/{acme}"), format!("organizations/{works}")],
        });
        assert_eq!(explained["paths"], json!([path]));
        let sentence = format!(
            "Allowed: Acme lets the support team in by the grant {made}, which includes members.read."
        );
        assert_eq!(explained["sentence"], sentence);
        let body =
            json!({"principal": {"type": "user", "id": staff.user_id}, "paths": true, "page_size": 1000});
        let mut lists = Vec::new();
        for asker in [&owner, &staff] {
            let list = asker.post(&of(&acme, "access/list-permissions"), body.clone()).await.ok(200);
            lists.push(list["permissions"].clone());
        }
        assert_eq!(lists[0], lists[1]);
        let all = lists[0].as_array().unwrap();
        let names: Vec<_> = all.iter().map(|one| one["permission"].as_str().unwrap()).collect();
        assert!(names.contains(&"members.read") && !names.contains(&"members.add"), "{names:?}");
        assert!(all.iter().all(|one| one["paths"][0]["support_access_grant_id"] == *made), "{all:?}");
        // One who is a member as well has it by the role first.
        let added = json!({"user": staff.user_id, "roles": [roles::MEMBER]});
        owner.post(&of(&acme, "members"), added).await.ok(201);
        let body = json!({"principal": {"type": "user", "id": staff.user_id}, "permission": "members.read"});
        let explained = owner.post(&of(&acme, "access/explain"), body).await.ok(200);
        let ways: Vec<_> = explained["paths"].as_array().unwrap().iter().map(|path| &path["by"]).collect();
        assert_eq!(ways, ["role", "support_access"]);
    })
    .await;
}

#[tokio::test]
async fn a_grant_for_a_workspace_is_asked_about_there_and_an_applications_permissions_follow_their_danger() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        for (name, danger) in [("jobs.read", "READ"), ("jobs.retry", "WRITE"), ("jobs.share", "ADMIN")] {
            crate::rights::permission(&owner, &acme, name, danger).await;
        }
        let open = workspace(&owner, &acme, "Open").await;
        let shut = workspace(&owner, &acme, "Shut").await;
        let on = |id: &str| Some(json!({"type": "workspace", "id": id}));
        grant(&owner, &acme, json!({"workspaces": [open]})).await;
        assert!(may(&owner, &acme, &staff, "workspaces.read", on(&open)).await);
        assert!(may(&owner, &acme, &staff, "jobs.read", on(&open)).await);
        assert!(!may(&owner, &acme, &staff, "jobs.retry", on(&open)).await);
        assert!(!may(&owner, &acme, &staff, "workspaces.read", on(&shut)).await);
        assert!(!may(&owner, &acme, &staff, "jobs.read", None).await);
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
        let job = || Some(json!({"type": "jobs", "id": "1"}));
        assert!(may(&owner, &acme, &staff, "jobs.read", job()).await);
        assert!(may(&owner, &acme, &staff, "jobs.retry", job()).await);
        assert!(!may(&owner, &acme, &staff, "jobs.share", job()).await);
    })
    .await;
}
