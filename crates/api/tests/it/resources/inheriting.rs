use polity_testkit::{Method, json, on_each, roles};

use super::{Desk, parent};
use crate::rights::{assert_sound, id, of};

#[tokio::test]
async fn roles_on_a_workspace_a_project_and_a_document_reach_what_is_below_them() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let vic = desk.with_role(world, "vic", roles::WORKSPACE_VIEWER, "workspace", &desk.workspace).await;
        let wes = desk.with_role(world, "wes", &desk.writer, "projects", "apollo").await;
        let dan = desk.with_role(world, "dan", &desk.writer, "documents", "1").await;
        let eve = world.join(&desk.owner, &desk.organization, "eve", roles::BILLING).await;
        desk.put("documents", "2", parent("projects", "apollo")).await.ok(201);
        desk.put("documents", "3", json!({})).await.ok(201);
        let table = async |permission: &str, document: &str| {
            let mut may = Vec::new();
            for person in [&vic, &wes, &dan, &eve, &desk.owner] {
                may.push(desk.may(person, permission, "documents", document).await);
            }
            may
        };
        assert_eq!(table("documents.read", "1").await, [true, true, true, false, true]);
        assert_eq!(table("documents.write", "1").await, [false, true, true, false, true]);
        assert_eq!(table("documents.read", "2").await, [true, true, false, false, true]);
        assert_eq!(table("documents.read", "3").await, [false, false, false, false, true]);
        assert_eq!(table("documents.read", "unheard of").await, [false, false, false, false, true]);
        assert!(!desk.may(&wes, "documents.write", "workspace", &desk.workspace).await, "never up");
        // The list is what each single question says.
        for (person, expected) in
            [(&vic, vec!["1", "2"]), (&wes, vec!["1", "2"]), (&dan, vec!["1"]), (&eve, vec![])]
        {
            assert_eq!(desk.documents(person, "documents.read").await, expected);
            for document in ["1", "2", "3", "4"] {
                let may = desk.may(person, "documents.read", "documents", document).await;
                assert_eq!(may, expected.contains(&document), "{document}");
            }
        }
        let on = json!({"permission": "documents.write", "resource": {"type": "documents", "id": "1"}});
        let page = desk.owner.post(&of(&desk.organization, "access/list-principals"), on).await.ok(200);
        let mut listed: Vec<_> = page["principals"].as_array().unwrap().iter().map(id).collect();
        let mut expected = vec![wes.user_id.clone(), dan.user_id.clone(), desk.owner.user_id.clone()];
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected);
        let all = json!({"principal": {"type": "user", "id": wes.user_id},
            "resource": {"type": "documents", "id": "2"}});
        let all = desk.owner.post(&of(&desk.organization, "access/list-permissions"), all).await.ok(200);
        let all = all["permissions"].to_string();
        assert!(all.contains("documents.write") && all.contains("documents.read"), "{all}");
        // The edge is shut, and then the document goes elsewhere.
        let shut = json!({"parent": {"type": "projects", "id": "apollo"}, "inherits_roles": false});
        desk.put("documents", "1", shut).await.ok(200);
        assert_eq!(table("documents.read", "1").await, [false, false, true, false, true]);
        assert_eq!(desk.documents(&wes, "documents.read").await, ["2"]);
        desk.put("documents", "1", parent("workspace", &desk.workspace)).await.ok(200);
        assert_eq!(table("documents.read", "1").await, [true, false, true, false, true]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn explain_names_what_the_role_is_held_on_and_a_preview_who_gains_by_a_move() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let wes = desk.with_role(world, "wes", &desk.writer, "projects", "apollo").await;
        let explained = desk.ask(&wes, "explain", "documents.write", "documents", "1").await;
        assert_eq!(explained["allowed"], true);
        let path = &explained["paths"][0];
        assert_eq!(path["resource"], json!({"type": "projects", "id": "apollo"}), "{explained}");
        assert!(explained.to_string().contains("on projects apollo"), "{explained}");
        desk.put("documents", "2", json!({})).await.ok(201);
        let denied = desk.ask(&wes, "explain", "documents.write", "documents", "2").await;
        assert_eq!(denied["allowed"], false);
        let look = format!("{}?validate_only=true", desk.path("documents", "2"));
        let preview = desk.owner.send(Method::PUT, &look, Some(parent("projects", "apollo"))).await.ok(200);
        let row = &preview["changes"][0];
        assert_eq!(
            (&row["principal"]["id"], &row["resource"], &row["lost"]),
            (&json!(wes.user_id), &json!({"type": "documents", "id": "2"}), &json!([])),
            "{preview}"
        );
        assert!(row["gained"].to_string().contains("documents.write"), "{preview}");
        assert!(!desk.may(&wes, "documents.write", "documents", "2").await, "it was a look");
        desk.put("documents", "2", parent("projects", "apollo")).await.ok(200);
        assert!(desk.may(&wes, "documents.write", "documents", "2").await);
    })
    .await;
}

#[tokio::test]
async fn at_a_revision_a_resource_stands_where_it_stood_then() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let wes = desk.with_role(world, "wes", &desk.writer, "projects", "apollo").await;
        let before = desk.ask(&wes, "check", "documents.read", "documents", "1").await;
        desk.put("documents", "1", json!({})).await.ok(200);
        let after = desk.ask(&wes, "check", "documents.read", "documents", "1").await;
        assert_eq!((&before["allowed"], &after["allowed"]), (&json!(true), &json!(false)));
        for told in [&before, &after] {
            let body = json!({"principal": {"type": "user", "id": wes.user_id}, "permission": "documents.read",
                "resource": {"type": "documents", "id": "1"}, "at_revision": told["revision"]});
            let then = desk.owner.post(&of(&desk.organization, "access/check"), body).await.ok(200);
            assert_eq!(then["allowed"], told["allowed"]);
        }
        let between = json!({"from_revision": before["revision"], "to_revision": after["revision"]});
        let changed = desk.owner.post(&of(&desk.organization, "access/diff"), between).await.ok(200);
        let row = &changed["changes"][0];
        assert_eq!(
            (&row["principal"]["id"], &row["resource"]["id"], &row["gained"]),
            (&json!(wes.user_id), &json!("1"), &json!([])),
            "{changed}"
        );
        assert!(row["lost"].to_string().contains("documents.write"), "{changed}");
        desk.owner.delete(&desk.path("documents", "1")).await.ok(204);
        let then = json!({"principal": {"type": "user", "id": wes.user_id}, "permission": "documents.read",
            "resource": {"type": "documents", "id": "1"}, "at_revision": before["revision"]});
        let then = desk.owner.post(&of(&desk.organization, "access/check"), then).await.ok(200);
        assert_eq!(then["allowed"], true);
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_a_deleted_workspace_is_there_for_nobody_and_goes_with_it() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let wes = desk.with_role(world, "wes", &desk.writer, "projects", "apollo").await;
        let at = &desk.organization;
        desk.put("documents", "free", json!({})).await.ok(201);
        let workspace = of(at, &format!("workspaces/{}", desk.workspace));
        desk.owner.delete(&workspace).await.ok(204);
        for person in [&wes, &desk.owner] {
            for (kind, id) in [("projects", "apollo"), ("documents", "1")] {
                assert!(!desk.may(person, "documents.read", kind, id).await);
                let explained = desk.ask(person, "explain", "documents.read", kind, id).await;
                assert_eq!(explained["denial"], "NO_RESOURCE", "{explained}");
            }
        }
        assert!(desk.may(&desk.owner, "documents.read", "documents", "free").await);
        let refused = desk.put("documents", "9", parent("projects", "apollo")).await;
        refused.problem(400, "unknown_parent");
        desk.owner.send(Method::POST, &format!("{workspace}/undelete"), None).await.ok(200);
        assert!(desk.may(&wes, "documents.read", "documents", "1").await);
        // More than one transaction takes along.
        for number in 0..101 {
            desk.put("documents", &format!("more {number}"), parent("documents", "1")).await.ok(201);
        }
        desk.assign(&wes, &desk.writer, "documents", "more 7").await;
        desk.assign(&wes, &desk.writer, "documents", "free").await;
        desk.owner.delete(&workspace).await.ok(204);
        world.clock.advance(31 * 86_400);
        world.purge().await;
        world.purge().await;
        assert_eq!(world.number("SELECT COUNT(*) FROM workspaces").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) FROM resources").await, 1);
        let on = "SELECT COUNT(*) FROM role_assignments WHERE resource_kind <> ''";
        assert_eq!(world.number(on).await, 1, "that on what was not below");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn resources_go_with_their_organization_to_another_tree_and_back() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let (owner, acme) = (&desk.owner, &desk.organization);
        let works = crate::rights::child(owner, acme, "Works").await;
        let lab = id(&owner.post(&of(&works, "workspaces"), json!({"title": "Lab"})).await.ok(201));
        super::put(owner, &works, "projects", "apollo", parent("workspace", &lab)).await.ok(201);
        super::put(owner, &works, "documents", "1", parent("projects", "apollo")).await.ok(201);
        for above in [json!(null), json!(acme)] {
            owner.post(&of(&works, "move"), json!({"parent": above})).await.ok(200);
            assert_sound(world).await;
            let shown = owner.get(&super::resource_path(&works, "documents", "1")).await.ok(200);
            assert_eq!(shown["parent"], json!({"type": "projects", "id": "apollo"}));
        }
    })
    .await;
}
