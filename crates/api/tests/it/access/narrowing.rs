//! What an attacker tried of resources, conditions, what is public and their uses, one with the other.

use polity_testkit::{Actor, Value, json, on_each, roles};

use super::unused::{later, of_filter};
use crate::groups::{group, last, person};
use crate::resources::{Desk, parent, put};
use crate::rights::{assert_sound, id, of, permission, role};
use crate::workspaces::workspace;

fn user(actor: &Actor) -> Value {
    json!({"type": "user", "id": actor.user_id})
}

fn anonymous() -> Value {
    json!({"type": "anonymous", "id": "anonymous"})
}

async fn forbid(actor: &Actor, organization: &str, text: &str) {
    let policy = json!({"title": "No", "mode": "ENFORCE", "text": text});
    actor.post(&of(organization, "policies"), policy).await.ok(201);
}

fn titles(page: &Value) -> Vec<&str> {
    page["workspaces"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn esc_02_a_list_of_workspaces_leaves_out_what_a_condition_leaves_out() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let secret = workspace(&olga, &acme, "Secret").await;
        workspace(&olga, &acme, "Open").await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        let reads = role(&olga, &acme, "Reads", &["workspaces.read"]).await;
        let expression = format!("resource != Workspace::\"{secret}\"");
        let held = json!({"principal": user(&ada), "role": reads, "condition": {"expression": expression}});
        olga.post(&of(&acme, "role-assignments"), held).await.ok(201);
        ada.get(&of(&acme, &format!("workspaces/{secret}"))).await.problem(404, "not_found");
        for query in ["", "?show_deleted=true"] {
            let listed = ada.get(&of(&acme, &format!("workspaces{query}"))).await.ok(200);
            assert_eq!(titles(&listed), ["Open"], "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_key_of_a_service_account_lists_the_workspaces_that_the_account_does() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (open, _) = (workspace(&olga, &acme, "Open").await, workspace(&olga, &acme, "Other").await);
        let robot = id(&olga.post(&of(&acme, "service-accounts"), json!({"title": "Robot"})).await.ok(201));
        let held = json!({"principal": {"type": "service_account", "id": robot}, "role": roles::WORKSPACE_ADMIN,
            "resource": {"type": "workspace", "id": open}});
        olga.post(&of(&acme, "role-assignments"), held).await.ok(201);
        let body = json!({"title": "key", "permissions": [], "service_account": robot});
        let made = olga.post(&of(&acme, "api-keys"), body).await.ok(201);
        let machine = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        machine.get(&of(&acme, &format!("workspaces/{open}"))).await.ok(200);
        assert_eq!(titles(&machine.get(&of(&acme, "workspaces")).await.ok(200)), ["Open"]);
    })
    .await;
}

#[tokio::test]
async fn esc_02_what_a_policy_forbids_somebody_on_a_resource_they_do_not_hand_on() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let (olga, acme) = (&desk.owner, &desk.organization);
        let ada = world.join(olga, acme, "ada", roles::ADMIN).await;
        let ben = world.join(olga, acme, "ben", roles::BILLING).await;
        let reader = role(olga, acme, "Reads documents", &["documents.read"]).await;
        let text = format!(
            "forbid (principal == User::\"{}\", action == Action::\"documents.read\", \
             resource in App::projects::\"apollo\");",
            ada.user_id
        );
        forbid(olga, acme, &text).await;
        desk.put("documents", "2", json!({})).await.ok(201);
        assert!(!desk.may(&ada, "documents.read", "documents", "1").await);
        assert!(desk.may(&ada, "documents.read", "documents", "2").await);
        let path = of(acme, "role-assignments");
        let on = |who: Value, id: &str| json!({"principal": who, "role": reader, "resource": {"type": "documents", "id": id}});
        for who in [user(&ben), anonymous()] {
            ada.post(&path, on(who.clone(), "1")).await.problem(403, "cannot_grant");
            let batch = json!({"create": [on(who.clone(), "1")]});
            let refused = ada.post(&format!("{path}/batch"), batch).await;
            assert_eq!(refused.status, 403, "{refused:?}");
            ada.post(&path, on(who, "2")).await.ok(201);
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_a_deleted_workspace_is_not_taken_out_and_nobody_is_given_a_role_on_it() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let (olga, acme) = (&desk.owner, &desk.organization);
        let ada = world.join(olga, acme, "ada", roles::BILLING).await;
        let shelf = of(acme, &format!("workspaces/{}", desk.workspace));
        assert_eq!(olga.delete(&shelf).await.status, 204);
        for place in [json!({}), parent("projects", "apollo")] {
            put(olga, acme, "projects", "apollo", place.clone()).await.problem(409, "workspace_deleted");
            if place == json!({}) {
                put(olga, acme, "documents", "1", place).await.problem(409, "workspace_deleted");
            }
        }
        let held = json!({"principal": user(&ada), "role": desk.writer, "resource": {"type": "documents", "id": "1"}});
        let refused = olga.post(&of(acme, "role-assignments"), held.clone()).await;
        assert_eq!(refused.problem(400, "unknown_workspace")["errors"][0]["field"], "/resource/id");
        olga.post(&format!("{shelf}/undelete"), json!({})).await.ok(200);
        olga.post(&of(acme, "role-assignments"), held).await.ok(201);
        put(olga, acme, "documents", "1", json!({})).await.ok(200);
        assert!(desk.may(&ada, "documents.write", "documents", "1").await);
    })
    .await;
}

#[tokio::test]
async fn what_is_public_is_nobodys_use_and_a_role_that_makes_it_so_is_not_called_unused() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let reads = role(&olga, &acme, "Reads documents", &["documents.read"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        let private = role(&olga, &acme, "Reads private documents", &["documents.read"]).await;
        let on = |who: Value, role: &str, id: &str| json!({"principal": who, "role": role, "resource": {"type": "documents", "id": id}});
        for held in [on(anonymous(), &reads, "public"), on(user(&ada), &private, "private")] {
            olga.post(&of(&acme, "role-assignments"), held).await.ok(201);
        }
        let olga = later(world, 10, "olga").await;
        let filter = format!("role = {private} AND type = role_assignment");
        let uses = async |document: &str| {
            let question = json!({"principal": user(&ada), "permission": "documents.read",
                "resource": {"type": "documents", "id": document}});
            let checks = json!({"checks": [question, question]});
            let answers = olga.post(&of(&acme, "access/batch-check"), checks).await.ok(200);
            assert_eq!(answers["results"], json!([{"allowed": true}, {"allowed": true}]));
            of_filter(world, &olga, &acme, &filter).await.is_empty()
        };
        assert!(!uses("public").await, "what is public she did not use of hers");
        assert!(uses("private").await);
        // Of the public role nobody knows whether it is used.
        let unused = of_filter(world, &olga, &acme, "type = role").await;
        assert!(unused.iter().all(|row| row["title"] != "Reads documents"), "{unused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_preview_looks_at_so_much_and_says_that_there_may_be_more() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let reads = role(&olga, &acme, "Reads documents", &["documents.read"]).await;
        let body = |number: usize| json!({"principal": anonymous(), "role": reads,
            "resource": {"type": "documents", "id": format!("{number}")}});
        let batch: Vec<_> = (0..100).map(body).collect();
        olga.post(&of(&acme, "role-assignments/batch"), json!({"create": batch})).await.ok(200);
        // What is public is a row of anonymous, not one of everybody's.
        let path = of(&acme, "role-assignments?validate_only=true");
        let preview = olga.post(&path, body(100)).await.ok(200);
        assert_eq!(preview["truncated"], false);
        let whose: Vec<_> = preview["changes"].as_array().unwrap().iter().map(|one| &one["principal"]).collect();
        assert_eq!(whose, [&anonymous()]);
        // Each condition may be evaluated for each permission of its role.
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        for number in 0..20 {
            let expression = format!("action == Action::\"documents.read\" && context.now < datetime(\"20{}-01-01\")", 30 + number);
            let group = group(&olga, &acme, &format!("G{number}")).await;
            crate::groups::put(&olga, &group, person(&ada)).await.ok(201);
            let principal = json!({"type": "group", "id": last(&group)});
            let held = json!({"principal": principal, "role": roles::READER, "condition": {"expression": expression}});
            olga.post(&of(&acme, "role-assignments"), held).await.ok(201);
        }
        for number in 0..10 {
            workspace(&olga, &acme, &format!("W{number}")).await;
        }
        let left = ada.post(&of(&acme, "members/leave?validate_only=true"), json!({})).await.ok(200);
        assert_eq!(left["truncated"], true);
    })
    .await;
}

#[tokio::test]
async fn the_names_of_what_roles_are_held_on_are_no_applications() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for name in ["workspace.read", "organization.read", "members.peek"] {
            let body = json!({"name": name, "description": "Reads.", "danger": "READ"});
            let refused = olga.post(&of(&acme, "permissions"), body).await;
            assert_eq!(refused.status, 400, "{name}: {refused:?}");
        }
    })
    .await;
}
