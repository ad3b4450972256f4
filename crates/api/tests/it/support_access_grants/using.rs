//! What the staff may do by a grant, and what they never may.

use polity_testkit::{Method, json, on_each, roles};

use super::{Scene, grant, itself, one, scene, workspace};
use crate::cases::{assert_unmoved, revisions};
use crate::rights::{assert_sound, child, id, key, of, without_request_id};

#[tokio::test]
async fn esc_23_without_a_grant_the_staff_are_strangers() {
    on_each(async |world| {
        let Scene { root, staff, owner, acme } = scene(world).await;
        let stranger = world.person("eve").await;
        for path in [itself(&acme), of(&acme, "members"), of(&acme, "workspaces"), of(&acme, "audit-events")]
        {
            let told = stranger.get(&path).await;
            for person in [&root, &staff] {
                let answer = person.get(&path).await;
                assert_eq!(answer.status, 404, "{path}");
                assert_eq!(without_request_id(&answer), without_request_id(&told));
            }
        }
        grant(&owner, &acme, json!({})).await;
        staff.get(&itself(&acme)).await.ok(200);
        root.get(&itself(&acme)).await.ok(200);
        stranger.get(&itself(&acme)).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_lets_look_and_change_nothing() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let own = workspace(&owner, &acme, "Research").await;
        let made = grant(&owner, &acme, json!({})).await;
        for what in [
            "members",
            "workspaces",
            "roles",
            "role-assignments",
            "invitations",
            "api-keys",
            "audit-events",
            "groups",
            "service-accounts",
            "preferences",
            "settings",
            "limits",
            "customizations",
            "access-log",
            "tags",
            "permissions",
            "support-access-grants",
            "children",
            "tree",
        ] {
            staff.get(&of(&acme, what)).await.ok(200);
        }
        staff.get(&of(&acme, &format!("workspaces/{own}"))).await.ok(200);
        staff.get(&one(&acme, &made)).await.ok(200);
        let before = revisions(world).await;
        let refused = [
            (Method::PATCH, itself(&acme), json!({"title": "Mine"}), "organizations.update"),
            (Method::POST, of(&acme, "workspaces"), json!({"title": "Mine"}), "workspaces.create"),
            (
                Method::PATCH,
                of(&acme, &format!("workspaces/{own}")),
                json!({"title": "Mine"}),
                "workspaces.update",
            ),
            (Method::POST, of(&acme, "tags"), json!({"title": "Mine"}), "tags.create"),
            (Method::POST, of(&acme, "audit-events/export"), json!({"format": "CSV"}), "audit.read"),
        ];
        for (method, path, body, permission) in refused {
            let problem = staff.send(method, &path, Some(body)).await.problem(403, "permission_denied");
            assert_eq!(problem["required_permission"], permission, "{path}");
        }
        assert_unmoved(world, &before, "reading").await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_to_write_mends_and_leaves_nothing_behind_that_lasts() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let member = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let works = child(&owner, &acme, "Works").await;
        let made = grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
        let own = workspace(&staff, &acme, "Made by staff").await;
        staff.patch(&of(&acme, &format!("workspaces/{own}")), json!({"title": "Mended"})).await.ok(200);
        id(&staff.post(&of(&acme, "tags"), json!({"title": "Seen"})).await.ok(201));
        let theme = json!({"theme": "DARK"});
        staff.send(Method::PUT, &of(&acme, "customizations"), Some(theme)).await.ok(200);
        assert_eq!(staff.delete(&of(&acme, &format!("workspaces/{own}"))).await.status, 204);
        let me = json!({"type": "user", "id": staff.user_id});
        let before = revisions(world).await;
        for (path, body) in [
            ("members", json!({"user": staff.user_id, "roles": [roles::OWNER]})),
            ("members", json!({"user": staff.user_id, "roles": []})),
            ("members/batch-update", json!({"members": [{"user": member.user_id, "title": "x"}]})),
            ("members/batch-delete", json!({"users": [member.user_id]})),
            ("invitations", json!({"email": "sam@example.com", "roles": [roles::ADMIN]})),
            ("invitations/batch-create", json!({"invitations": [{"email": "sam@example.com"}]})),
            ("role-assignments", json!({"principal": me, "role": roles::READER})),
            ("roles", json!({"title": "Back door", "permissions": []})),
            ("api-keys", json!({"title": "Back door", "permissions": []})),
            ("groups", json!({"title": "Back door"})),
            ("service-accounts", json!({"title": "Back door"})),
            ("permissions", json!({"name": "a.b", "description": "c", "danger": "READ"})),
            ("support-access-grants", json!({"reason": "longer", "ttl_seconds": 2_592_000})),
            ("ownership-transfers", json!({"user": member.user_id})),
            ("children", json!({"title": "Mine"})),
            ("move", json!({"parent": null})),
            ("audit-actions", json!({"name": "a.b", "description": "c", "crud": "READ"})),
        ] {
            let answer = staff.post(&of(&acme, path), body).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text);
            answer.problem(403, "permission_denied");
        }
        for (method, path, body) in [
            (Method::DELETE, one(&acme, &made), None),
            (Method::DELETE, itself(&acme), None),
            (Method::PATCH, itself(&acme), Some(json!({"blocked_email_domains": []}))),
            (Method::DELETE, of(&acme, &format!("members/{}", member.user_id)), None),
            (Method::PATCH, of(&acme, &format!("members/{}", member.user_id)), Some(json!({"roles": []}))),
            (Method::PATCH, of(&acme, "preferences"), Some(json!({"support_team_access": false}))),
            (Method::PATCH, of(&acme, "settings"), Some(json!({"settings": {}}))),
            (Method::PATCH, of(&acme, "limits"), Some(json!({"limits": {"groups": 1}}))),
        ] {
            staff.send(method, &path, body).await.problem(403, "permission_denied");
        }
        staff.post(&of(&works, "suspend"), json!({"reason": "x"})).await.problem(404, "not_found");
        staff.post(&of(&acme, "members/leave"), json!({})).await.problem(404, "not_found");
        assert_unmoved(world, &before, "what would last").await;
        let mine = staff.get("/api/v1/me/organizations").await.ok(200);
        assert!(!mine.to_string().contains(&acme), "{mine}");
        assert_eq!(owner.delete(&one(&acme, &made)).await.status, 204);
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_workspace_that_is_cloned_hands_out_roles_so_the_staff_clone_none() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let own = workspace(&owner, &acme, "Research").await;
        grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
        let before = revisions(world).await;
        let path = of(&acme, &format!("workspaces/{own}/clone"));
        let answer = staff.post(&path, json!({"title": "Copy"})).await;
        assert!(matches!(answer.status, 403 | 404), "{}", answer.text);
        assert_unmoved(world, &before, "a clone").await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_key_is_never_let_in_whosever_it_is() {
    on_each(async |world| {
        let Scene { root, staff, owner, acme } = scene(world).await;
        grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
        let (of_the_root, _) = key(world, &root, "root", &["support.access", "organizations.read"]).await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        let (of_beta, _) = key(world, &otto, &beta, &["support.access", "organizations.read"]).await;
        for robot in [&of_the_root, &of_beta] {
            for path in [itself(&acme), of(&acme, "members"), of(&acme, "workspaces")] {
                robot.get(&path).await.problem(404, "not_found");
            }
        }
        staff.get(&itself(&acme)).await.ok(200);
        // What its owner holds in a tenant of their own makes nobody one of the staff.
        otto.get(&itself(&acme)).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn esc_23_whoever_is_of_the_staff_no_longer_is_out_with_the_next_request() {
    on_each(async |world| {
        let Scene { root, staff, owner, acme } = scene(world).await;
        let reader = world.join(&root, "root", "rita", roles::READER).await;
        grant(&owner, &acme, json!({})).await;
        reader.get(&itself(&acme)).await.problem(404, "not_found");
        staff.get(&itself(&acme)).await.ok(200);
        assert_eq!(root.delete(&of("root", &format!("members/{}", staff.user_id))).await.status, 204);
        staff.get(&itself(&acme)).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_for_one_person_lets_nobody_else_in() {
    on_each(async |world| {
        let Scene { root, staff, owner, acme } = scene(world).await;
        grant(&owner, &acme, json!({"user": format!("users/{}", staff.user_id)})).await;
        let eve = world.person("eve").await;
        grant(&owner, &acme, json!({"user": eve.user_id})).await;
        staff.get(&itself(&acme)).await.ok(200);
        root.get(&itself(&acme)).await.problem(404, "not_found");
        eve.get(&itself(&acme)).await.problem(404, "not_found");
    })
    .await;
}
