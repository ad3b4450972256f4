use polity_testkit::{json, on_each, roles};

use super::{Office, bare, workspace, workspace_path};
use crate::cases::never_existed;
use crate::rights::{assert_sound, id, key, member, of, permission, role, without_request_id};

#[tokio::test]
async fn a_workspace_admin_manages_its_people_and_nothing_else() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let bob = bare(world, owner, acme, "bob").await;
        let answer = ada.post(&office.path("/users"), json!({"user": bob.user_id})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.header("location"), office.path(&format!("/users/{}", bob.user_id)));
        assert_eq!(answer.body["roles"][0]["title"], "Viewer");
        assert_eq!(answer.body["organization_roles"], json!([]));
        let path = office.path(&format!("/users/{}", bob.user_id));
        let shown = ada.get(&path).await;
        assert_eq!((&shown.body, shown.header("etag")), (&answer.body, answer.header("etag")));
        ada.post(&office.path("/users"), json!({"user": bob.user_id})).await.problem(409, "already_exists");
        let promoted = ada.patch(&path, json!({"roles": [roles::WORKSPACE_ADMIN]})).await.ok(200);
        assert_eq!(
            (&promoted["roles"][0]["title"], promoted["roles"].as_array().unwrap().len()),
            (&json!("Admin"), 1)
        );
        ada.header("if-match", shown.header("etag")).delete(&path).await.problem(412, "etag_mismatch");
        assert_eq!(ada.delete(&path).await.status, 204);
        for refused in [
            ada.get(&path).await,
            ada.delete(&path).await,
            ada.patch(&path, json!({"roles": [roles::WORKSPACE_VIEWER]})).await,
        ] {
            refused.problem(404, "not_found");
        }
        bob.get(&office.path("")).await.problem(404, "not_found");
        ada.patch(&office.path(""), json!({"description": "Hers to change"})).await.ok(200);
        // In the organization she is nobody in particular.
        for (answer, permission) in [
            (ada.get(&of(acme, "members")).await, "members.read"),
            (ada.patch(&member(acme, &bob), json!({"title": "X"})).await, "members.update"),
            (ada.post(&of(acme, "workspaces"), json!({"title": "Mine"})).await, "workspaces.create"),
            (
                ada.post(&of(acme, "invitations"), json!({"email": "x@example.com"})).await,
                "invitations.create",
            ),
            (ada.get(&of(acme, "invitations")).await, "invitations.read"),
            (
                ada.post(
                    &of(acme, "role-assignments"),
                    json!({"principal": {"type": "user", "id": ada.user_id}, "role": roles::OWNER}),
                )
                .await,
                "role_assignments.create",
            ),
            (ada.delete(&office.path("")).await, "workspaces.delete"),
        ] {
            assert_eq!(answer.problem(403, "permission_denied")["required_permission"], permission);
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_workspace_admin_gives_no_more_than_they_hold_there() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        permission(owner, acme, "documents.shred", "WRITE").await;
        let scoped =
            |title: &str, names: &[&str]| json!({"title": title, "permissions": names, "scope": "workspace"});
        let remover =
            id(&owner.post(&of(acme, "roles"), scoped("Remover", &["workspaces.delete"])).await.ok(201));
        let shredder =
            id(&owner.post(&of(acme, "roles"), scoped("Shredder", &["documents.shred"])).await.ok(201));
        let bob = bare(world, owner, acme, "bob").await;
        let body = |role: &str| json!({"user": bob.user_id, "roles": [role]});
        ada.post(&office.path("/users"), body(&remover)).await.problem(403, "cannot_grant");
        // What applications register is the workspace admin's, too.
        ada.post(&office.path("/users"), body(&shredder)).await.ok(201);
        let path = office.path(&format!("/users/{}", bob.user_id));
        ada.patch(&path, json!({"roles": [shredder, remover]})).await.problem(403, "cannot_grant");
        // Nor does she touch whoever holds more there than she does.
        owner.patch(&path, json!({"roles": [remover]})).await.ok(200);
        ada.delete(&path).await.problem(403, "cannot_grant");
        ada.patch(&path, json!({"roles": [roles::WORKSPACE_VIEWER]})).await.problem(403, "cannot_grant");
        // Roles of an organization are none of a workspace, and the other way round.
        for wrong in [roles::OWNER, roles::ADMIN, roles::MEMBER] {
            owner.post(&office.path("/users"), json!({"user": ada.user_id, "roles": [wrong]})).await;
            let problem = owner.patch(&path, json!({"roles": [wrong]})).await.problem(400, "unknown_role");
            assert_eq!(problem["errors"][0]["field"], "/roles/0");
        }
        owner
            .patch(&member(acme, &bob), json!({"roles": [roles::WORKSPACE_ADMIN]}))
            .await
            .problem(400, "unknown_role");
        let owners =
            json!({"principal": {"type": "user", "id": bob.user_id}, "role": roles::WORKSPACE_ADMIN});
        owner.post(&of(acme, "role-assignments"), owners).await.problem(400, "unknown_role");
    })
    .await;
}

#[tokio::test]
async fn ten_04_only_members_of_the_organization_work_in_its_workspaces() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let (other, beta) = world.tenant("Beta", "otto").await;
        let theirs = workspace(&other, &beta, "Theirs").await;
        let add = |user: &str| json!({"user": user});
        let foreign = owner.post(&office.path("/users"), add(&other.user_id)).await;
        let absent = owner.post(&office.path("/users"), add(&never_existed(&other.user_id))).await;
        assert_eq!(without_request_id(&foreign), without_request_id(&absent));
        foreign.problem(400, "not_a_member");
        // A workspace of another tenant is no place for a role, and no question finds it.
        let assign = |on: &str| {
            json!({"principal": {"type": "user", "id": owner.user_id}, "role": roles::WORKSPACE_ADMIN,
                "resource": {"type": "workspace", "id": on}})
        };
        let path = of(acme, "role-assignments");
        let foreign = owner.post(&path, assign(&theirs)).await;
        assert_eq!(
            without_request_id(&foreign),
            without_request_id(&owner.post(&path, assign(&never_existed(&theirs))).await)
        );
        foreign.problem(400, "unknown_workspace");
        owner.post(&path, assign("42")).await.problem(400, "unknown_workspace");
        owner.post(&path, assign(&office.workspace)).await.ok(201);
        let ask = |on: &str| {
            json!({"principal": {"type": "user", "id": owner.user_id}, "permission": "workspaces.read",
                "resource": {"type": "workspace", "id": on}})
        };
        let check = of(acme, "access/check");
        for unknown in [theirs.as_str(), &never_existed(&theirs), "42"] {
            assert_eq!(owner.post(&check, ask(unknown)).await.ok(200)["allowed"], false);
        }
        assert_eq!(owner.post(&check, ask(&office.workspace)).await.ok(200)["allowed"], true);
        let why = owner.post(&of(acme, "access/explain"), ask(&theirs)).await.ok(200);
        assert_eq!((&why["denial"], &why["remedies"]), (&json!("NO_RESOURCE"), &json!([])));
        owner.get(&workspace_path(acme, &theirs, "")).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn who_is_removed_from_the_organization_holds_nothing_in_its_workspaces() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        assert!(office.allowed(ada, "workspaces.update").await);
        assert_eq!(owner.delete(&member(acme, ada)).await.status, 204);
        assert!(!office.allowed(ada, "workspaces.update").await);
        ada.get(&office.path("")).await.problem(404, "not_found");
        assert_eq!(owner.get(&office.path("/users")).await.ok(200)["users"], json!([]));
        let held = owner.get(&of(acme, "role-assignments?filter=resource_type%3Dworkspace")).await.ok(200);
        assert_eq!(held["role_assignments"], json!([]));
        // Back as a bare member, nothing is left of it.
        owner.post(&of(acme, "members"), json!({"user": ada.user_id})).await.ok(201);
        ada.get(&office.path("")).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_holds_roles_on_a_workspace_and_reaches_it_alone() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let sales = workspace(owner, acme, "Sales").await;
        let (robot, robot_id) = key(world, owner, acme, &[]).await;
        robot.get(&office.path("")).await.problem(404, "not_found");
        let body = json!({"principal": {"type": "api_key", "id": robot_id}, "role": roles::WORKSPACE_DEVELOPER,
            "resource": {"type": "workspace", "id": office.workspace}});
        owner.post(&of(acme, "role-assignments"), body).await.ok(201);
        assert_eq!(robot.get(&office.path("")).await.ok(200)["title"], "Research");
        robot.get(&workspace_path(acme, &sales, "")).await.problem(404, "not_found");
        robot.patch(&office.path(""), json!({"title": "X"})).await.problem(403, "permission_denied");
        assert_eq!(owner.get(&office.path("/users")).await.ok(200)["users"].as_array().unwrap().len(), 1, "a key is no person");
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_a_role_on_a_workspace_says_where_it_counts() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme) = (&office.owner, &office.organization);
        let custom = role(owner, acme, "Nothing", &[]).await;
        let bob = world.join(owner, acme, "bob", &custom).await;
        office.give(&bob, roles::WORKSPACE_VIEWER).await;
        let path = office.path(&format!("/users/{}?validate_only=true", bob.user_id));
        let preview = owner.delete(&path).await.ok(200);
        let change = &preview["changes"][0];
        assert_eq!(change["lost"], json!(["workspaces.read"]));
        assert_eq!(change["resource"], json!({"type": "workspace", "id": office.workspace}));
        assert_eq!(preview["changes"].as_array().unwrap().len(), 1);
        assert_eq!(bob.get(&office.path("")).await.status, 200, "nothing has happened");
        let shown = owner.get(&office.path(&format!("/users/{}", bob.user_id))).await.ok(200);
        assert_eq!(shown["organization_roles"][0]["title"], "Nothing");
    })
    .await;
}

#[tokio::test]
async fn ten_09_whoever_sees_only_a_workspace_does_not_learn_what_its_people_are_in_the_organization() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let bob = world.join(owner, acme, "bob", roles::ADMIN).await;
        office.give(&bob, roles::WORKSPACE_VIEWER).await;
        let rita = bare(world, owner, acme, "rita").await;
        office.give(&rita, roles::WORKSPACE_VIEWER).await;
        let path = office.path(&format!("/users/{}", bob.user_id));
        for (viewer, sees) in [(owner, true), (ada, false), (&rita, false)] {
            let shown = viewer.get(&path).await.ok(200);
            assert_eq!(shown["organization_roles"] != json!([]), sees, "{shown}");
            let list = viewer.get(&office.path("/users")).await.ok(200);
            let all = list["users"].as_array().unwrap();
            assert_eq!(all.iter().any(|user| user["organization_roles"] != json!([])), sees, "{list}");
        }
        for hidden in ["role", "tag", "group"] {
            let path = office.path(&format!("/users?filter={hidden}:*"));
            rita.get(&path).await.problem(400, "invalid_filter");
        }
    })
    .await;
}
