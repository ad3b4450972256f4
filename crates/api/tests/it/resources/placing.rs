use polity_testkit::{Method, Value, json, on_each};

use super::{Desk, parent};
use crate::rights::{assert_sound, encoded, of};

#[tokio::test]
async fn a_resource_is_registered_once_shown_moved_and_deleted() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let path = desk.path("documents", "42");
        let made = desk.put("documents", "42", parent("projects", "apollo")).await;
        let body = made.clone().ok(201);
        let name = format!("organizations/{}/resources/documents/42", desk.organization);
        assert_eq!(
            (&body["name"], &body["type"], &body["id"], &body["inherits_roles"]),
            (&json!(name), &json!("documents"), &json!("42"), &json!(true))
        );
        assert_eq!(made.header("location"), format!("/api/v1/{name}"));
        let shown = desk.owner.get(&path).await;
        assert_eq!(shown.clone().ok(200), body);
        let tag = shown.header("etag").to_owned();
        assert_eq!(made.header("etag"), tag);
        // The same once more is nothing new.
        let revision = world.number("SELECT MAX(revision) FROM trees").await;
        let again = desk.put("documents", "42", parent("projects", "apollo")).await;
        assert_eq!((again.clone().ok(200), again.header("etag")), (body, tag.as_str()));
        assert_eq!(world.number("SELECT MAX(revision) FROM trees").await, revision);
        let bound = desk.owner.header("if-match", &tag);
        let moved = bound.send(Method::PUT, &path, Some(json!({"parent": null}))).await;
        assert_eq!(moved.ok(200).get("parent"), None);
        bound.send(Method::PUT, &path, Some(json!({}))).await.problem(412, "etag_mismatch");
        bound.delete(&path).await.problem(412, "etag_mismatch");
        let new = desk.path("documents", "43");
        bound.send(Method::PUT, &new, Some(json!({}))).await.problem(412, "etag_mismatch");
        desk.owner.delete(&path).await.ok(204);
        desk.owner.get(&path).await.problem(404, "not_found");
        desk.owner.delete(&path).await.problem(404, "not_found");
        let events = desk.owner.get(&of(&desk.organization, "audit-events?page_size=3")).await.ok(200);
        let kinds: Vec<_> =
            events["audit_events"].as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
        assert_eq!(kinds, ["resource.deleted", "resource.updated", "resource.created"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_id_is_the_applications_own_whatever_it_is_made_of() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let longest = "ü".repeat(255);
        for id in ["a/b/../c", "Ünïcode ✓ 文書", "50%25", "?x=1&y#z", " ", longest.as_str()] {
            let made = desk.put("documents", id, parent("documents", "1")).await;
            let body = made.clone().ok(201);
            assert_eq!(body["id"], json!(id));
            let shown = desk.owner.get(&desk.path("documents", id)).await.ok(200);
            assert_eq!(shown["id"], json!(id));
            assert_eq!(desk.owner.get(made.header("location")).await.ok(200), shown, "{id}");
            desk.put("projects", "below", parent("documents", id)).await;
            assert!(desk.may(&desk.owner, "documents.read", "documents", id).await);
        }
        desk.put("documents", &"ü".repeat(256), json!({})).await.problem(400, "invalid_parameter");
        desk.put("documents", "a\nb", json!({})).await.problem(400, "invalid_parameter");
        for kind in ["planets", "workspace", "organization", "Documents", "members"] {
            desk.put(kind, "1", json!({})).await.problem(400, "unknown_resource_type");
        }
        desk.put("documents", "7", json!({"parent": {"type": "documents"}}))
            .await
            .problem(400, "missing_field");
        desk.put("documents", "7", json!({"above": {}})).await.problem(400, "unknown_field");
        desk.put("documents", "7", json!({"inherits_roles": "yes"})).await.problem(400, "invalid_type");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_parent_lives_in_the_same_organization_and_there_is_no_circle_and_no_ninth_level() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let projects = |body| desk.put("projects", "apollo", body);
        projects(parent("projects", "apollo")).await.problem(409, "cycle");
        projects(parent("documents", "1")).await.problem(409, "cycle");
        projects(parent("documents", "unheard of")).await.problem(400, "unknown_parent");
        projects(parent("organization", &desk.organization)).await.problem(400, "unknown_parent");
        projects(parent("workspace", "wks_01h455vb4pex5vsknk084sn02q")).await.problem(400, "unknown_parent");
        projects(parent("workspace", "no id")).await.problem(400, "unknown_parent");
        let mut above = "1".to_owned();
        for level in 3..=8 {
            let id = format!("level {level}");
            desk.put("documents", &id, parent("documents", &above)).await.ok(201);
            above = id;
        }
        desk.put("documents", "level 9", parent("documents", &above)).await.problem(409, "too_deep");
        desk.put("documents", "top", json!({})).await.ok(201);
        projects(parent("documents", "top")).await.problem(409, "too_deep");
        desk.owner.delete(&desk.path("projects", "apollo")).await.problem(409, "resource_has_children");
        projects(json!({})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_deleted_ends_the_roles_that_were_held_on_it_and_no_other() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        let dan = desk.with_role(world, "dan", &desk.writer, "documents", "1").await;
        desk.assign(&dan, &desk.writer, "documents", "2").await;
        let path = desk.path("documents", "1");
        let preview =
            desk.owner.send(Method::DELETE, &format!("{path}?validate_only=true"), None).await.ok(200);
        assert!(preview["changes"][0]["lost"].to_string().contains("documents.write"), "{preview}");
        assert!(desk.may(&dan, "documents.write", "documents", "1").await);
        desk.owner.delete(&path).await.ok(204);
        assert!(!desk.may(&dan, "documents.write", "documents", "1").await);
        assert!(desk.may(&dan, "documents.write", "documents", "2").await);
        desk.put("documents", "1", parent("projects", "apollo")).await.ok(201);
        assert!(
            !desk.may(&dan, "documents.write", "documents", "1").await,
            "nothing comes back with the name"
        );
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn resources_are_listed_in_pages_by_parent_and_type() {
    on_each(async |world| {
        let desk = Desk::found(world).await;
        for number in 2..5 {
            desk.put("documents", &number.to_string(), parent("projects", "apollo")).await.ok(201);
        }
        desk.put("documents", "Alone", json!({"inherits_roles": false})).await.ok(201);
        let list = async |query: &str| {
            let page = desk.owner.get(&of(&desk.organization, &format!("resources?{query}"))).await.ok(200);
            let ids = page["resources"].as_array().unwrap().iter();
            let ids: Vec<String> = ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            (ids, page.get("next_page_token").cloned())
        };
        let filter = |text: &str| format!("filter={}", encoded(text));
        assert_eq!(
            list(&filter(r#"parent_type = "projects" AND parent_id = "apollo""#)).await.0,
            ["4", "3", "2", "1"]
        );
        assert_eq!(list(&filter(r#"type = "projects""#)).await.0, ["apollo"]);
        assert_eq!(list(&filter("NOT parent_type:*")).await.0, ["Alone"]);
        assert_eq!(list(&filter("inherits_roles = false")).await.0, ["Alone"]);
        assert_eq!(list(&filter(r#"type != "documents" AND parent_type = "workspace""#)).await.0, ["apollo"]);
        let (first, token) = list("page_size=4&order_by=create_time").await;
        assert_eq!(first, ["apollo", "1", "2", "3"]);
        let token = token.as_ref().and_then(Value::as_str).unwrap().to_owned();
        let (rest, end) = list(&format!("page_size=4&order_by=create_time&page_token={token}")).await;
        assert_eq!((rest, end), (vec!["4".to_owned(), "Alone".to_owned()], None));
        desk.owner
            .get(&of(&desk.organization, "resources?filter=planet%3D1"))
            .await
            .problem(400, "invalid_filter");
    })
    .await;
}
