//! Tags over HTTP: an organization's own words, what they are on, and finding things by them.

use polity_testkit::{Actor, Method, Value, json, on_each, roles};

use crate::cases::{Acme, Need, assert_unmoved, never_existed, revisions};
use crate::rights::{assert_sound, at_once, codes, id, key, member, of, without_request_id};

async fn tag(actor: &Actor, organization: &str, title: &str) -> String {
    id(&actor.post(&of(organization, "tags"), json!({"title": title})).await.ok(201))
}

async fn put(actor: &Actor, organization: &str, tag: &str, kind: &str, on: &str) {
    let body = json!({"resources": [{"type": kind, "id": on}]});
    actor.post(&of(organization, &format!("tags/{tag}/attach")), body).await.ok(204);
}

/// What a tag is on, as type and id.
async fn on(actor: &Actor, organization: &str, tag: &str) -> Vec<(String, String)> {
    let list = actor.get(&of(organization, &format!("tags/{tag}/resources"))).await.ok(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<_> = list["resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["type"]), text(&one["id"])))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_tag_is_made_changed_and_deleted() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "On call", "color": "#1F6FEB", "description": "At night"});
        let answer = owner.post(&of(&acme, "tags"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let path = of(&acme, &format!("tags/{}", id(&answer.body)));
        assert_eq!((answer.header("location"), &answer.body["color"]), (path.as_str(), &json!("#1f6feb")));
        assert_eq!(owner.get(&path).await.ok(200), answer.body);
        let changed = owner.patch(&path, json!({"color": null, "title": "ON CALL"})).await.ok(200);
        assert_eq!((changed.get("color"), &changed["title"]), (None, &json!("ON CALL")));
        owner.header("if-match", answer.header("etag")).delete(&path).await.problem(412, "etag_mismatch");
        for (title, code) in [("on call", 409), ("ＯＮ call", 201)] {
            assert_eq!(owner.post(&of(&acme, "tags"), json!({"title": title})).await.status, code, "{title}");
        }
        owner.post(&of(&acme, "tags"), json!({"title": "on CALL"})).await.problem(409, "title_taken");
        for (body, field) in [
            (json!({"title": ""}), "/title"),
            (json!({"title": "a\u{0}"}), "/title"),
            (json!({"title": "a", "color": "red"}), "/color"),
            (json!({"title": "a", "description": "a\nb"}), "/description"),
        ] {
            let problem = owner.post(&of(&acme, "tags"), body).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], field);
        }
        let listed =
            owner.get(&of(&acme, "tags?filter=title%3Acall&order_by=title&show_total=true")).await.ok(200);
        assert_eq!(listed["total_size"], 2);
        assert_eq!(owner.delete(&path).await.status, 204);
        owner.get(&path).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn things_are_found_by_their_tag() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let (owner, at) = (&acme.owner, &acme.id);
        let (child, workspace) = (Need::Child.fresh(&acme).await.id, Need::Workspace.fresh(&acme).await.id);
        Need::Child.fresh(&acme).await;
        Need::Workspace.fresh(&acme).await;
        let (_, robot) = key(world, owner, at, &[]).await;
        key(world, owner, at, &[]).await;
        let night = tag(owner, at, "Night").await;
        for (kind, id) in
            [("member", &acme.member.user_id), ("workspace", &workspace), ("api_key", &robot), ("organization", &child)]
        {
            put(owner, at, &night, kind, id).await;
            put(owner, at, &night, kind, id).await;
        }
        assert_eq!(on(owner, at, &night).await.len(), 4);
        let filtered = owner.get(&acme.path(&format!("/tags/{night}/resources?filter=type%3Dapi_key&show_total=true"))).await.ok(200);
        assert_eq!((&filtered["total_size"], &filtered["resources"][0]["id"]), (&json!(1), &json!(robot)));
        for (list, field, found) in [
            ("members", "members", &acme.member.user_id),
            ("workspaces", "workspaces", &workspace),
            ("api-keys", "api_keys", &robot),
            ("children", "organizations", &child),
        ] {
            let page = owner.get(&acme.path(&format!("/{list}?filter=tag%3D{night}"))).await.ok(200);
            let ids: Vec<_> = page[field].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
            assert_eq!(ids, [json!(found)], "{list}");
            let page = owner.get(&acme.path(&format!("/{list}?filter=NOT%20tag%3D{night}&show_total=true"))).await.ok(200);
            assert!(page["total_size"].as_u64().unwrap() >= 1, "{list}");
        }
        let off = json!({"resources": [{"type": "member", "id": acme.member.user_id}, {"type": "api_key", "id": never_existed(&robot)}]});
        owner.post(&acme.path(&format!("/tags/{night}/detach")), off).await.ok(204);
        assert_eq!(on(owner, at, &night).await.len(), 3);
        assert_eq!(owner.delete(&acme.path(&format!("/tags/{night}"))).await.status, 204);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_05_a_tag_is_put_on_all_or_on_none_and_never_on_what_is_anothers() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let (owner, at) = (&acme.owner, &acme.id);
        let night = tag(owner, at, "Night").await;
        let (_, theirs) = key(world, &acme.other, &acme.beta, &[]).await;
        let workspace = id(&acme.other.post(&of(&acme.beta, "workspaces"), json!({"title": "Theirs"})).await.ok(201));
        let child = crate::rights::child(&acme.other, &acme.beta, "Theirs").await;
        let grandchild = crate::rights::child(owner, &acme.child("Works").await, "Lab").await;
        let path = acme.path(&format!("/tags/{night}/attach"));
        let before = revisions(world).await;
        for (kind, foreign) in [
            ("member", &acme.other.user_id),
            ("member", &acme.stranger.user_id),
            ("api_key", &theirs),
            ("workspace", &workspace),
            ("organization", &child),
            ("organization", &grandchild),
            ("organization", at),
        ] {
            let body = |id: &str| {
                json!({"resources": [{"type": "member", "id": acme.member.user_id}, {"type": kind, "id": id}]})
            };
            let answer = owner.post(&path, body(foreign)).await;
            let absent = owner.post(&path, body(&never_existed(foreign))).await;
            assert_eq!(without_request_id(&answer), without_request_id(&absent), "{kind}");
            assert_eq!(answer.problem(400, "unknown_resource")["errors"][0]["field"], "/resources/1/id");
        }
        let wrong = json!({"resources": [{"type": "workspace", "id": theirs}]});
        owner.post(&path, wrong).await.problem(400, "invalid_id");
        owner.post(&path, json!({"resources": []})).await.problem(400, "invalid_value");
        assert_unmoved(world, &before, "a tag on what is another's").await;
        // Another tenant's tag finds nothing here.
        let other = tag(&acme.other, &acme.beta, "Night").await;
        put(&acme.other, &acme.beta, &other, "member", &acme.other.user_id).await;
        let page = owner.get(&acme.path(&format!("/members?filter=tag%3D{other}"))).await.ok(200);
        assert_eq!(page["members"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn what_goes_takes_its_tags_along_or_leaves_them_behind() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let (owner, at) = (&acme.owner, &acme.id);
        let night = tag(owner, at, "Night").await;
        put(owner, at, &night, "member", &acme.member.user_id).await;
        assert_eq!(owner.delete(&member(at, &acme.member)).await.status, 204);
        owner.post(&acme.path("/members"), json!({"user": acme.member.user_id})).await.ok(201);
        assert_eq!(on(owner, at, &night).await, [], "a new membership is untagged");
        let (works, lab) = (acme.child("Works").await, acme.child("Lab").await);
        put(owner, at, &night, "organization", &works).await;
        put(owner, at, &night, "organization", &lab).await;
        let own = tag(owner, &works, "Own").await;
        put(owner, &works, &own, "member", &owner.user_id).await;
        // To another parent in the tree, and to a tree of its own.
        owner.post(&of(&lab, "move"), json!({"parent": works})).await.ok(200);
        put(owner, &works, &own, "organization", &lab).await;
        assert_eq!(on(owner, at, &night).await, [("organization".to_owned(), works.clone())]);
        assert_sound(world).await;
        owner.post(&of(&works, "move"), json!({"parent": null})).await.ok(200);
        assert_eq!(on(owner, at, &night).await, []);
        assert_eq!(on(owner, &works, &own).await.len(), 2, "what is its own goes along");
        assert_sound(world).await;
        owner.post(&of(&works, "move"), json!({"parent": at})).await.ok(200);
        assert_eq!((on(owner, at, &night).await.len(), on(owner, &works, &own).await.len()), (0, 2));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_08_a_child_that_may_not_be_seen_is_neither_tagged_nor_listed() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let (owner, at) = (&acme.owner, &acme.id);
        let shut = acme.child("Shut").await;
        let night = tag(owner, at, "Night").await;
        put(owner, at, &night, "organization", &shut).await;
        owner
            .send(Method::PATCH, of(&shut, "").trim_end_matches('/'), Some(json!({"inherits_roles": false})))
            .await
            .ok(200);
        assert_eq!(on(owner, at, &night).await.len(), 1, "its owner is a member there");
        let ada = world.join(owner, at, "ada", roles::ADMIN).await;
        assert_eq!(on(&ada, at, &night).await, []);
        let path = acme.path(&format!("/tags/{night}/attach"));
        let body = |id: &str| json!({"resources": [{"type": "organization", "id": id}]});
        let there = ada.post(&path, body(&shut)).await;
        assert_eq!(
            without_request_id(&there),
            without_request_id(&ada.post(&path, body(&never_existed(&shut))).await)
        );
        there.problem(400, "unknown_resource");
    })
    .await;
}

#[tokio::test]
async fn rac_03_of_twenty_tags_with_one_title_one_is_made() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "tags");
        let answers = at_once(20, |number| {
            let (owner, path) = (owner.clone(), path.clone());
            let title = if number % 2 == 0 { "Night" } else { "NIGHT" };
            async move { owner.post(&path, json!({"title": title})).await }
        })
        .await;
        let codes = codes(&answers);
        assert_eq!(codes[0], "201");
        assert!(codes[1..].iter().all(|code| code == "title_taken"), "{codes:?}");
    })
    .await;
}
