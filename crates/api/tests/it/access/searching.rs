//! The questions the other way round: who may, and on what.

use polity_testkit::{Actor, Value, json, on_each, roles};

use crate::rights::{child, id, key, of, permission, role};

async fn pages(asker: &Actor, path: &str, mut body: Value, field: &str) -> Vec<Value> {
    let (mut all, mut revisions) = (Vec::new(), Vec::new());
    loop {
        let page = asker.post(path, body.clone()).await.ok(200);
        all.extend(page[field].as_array().unwrap().iter().cloned());
        revisions.push(page["revision"].clone());
        let Some(token) = page.get("next_page_token") else { break };
        body["page_token"] = token.clone();
    }
    assert!(revisions.iter().all(|revision| *revision == revisions[0]));
    all
}

#[tokio::test]
async fn whoever_is_listed_may_and_nobody_else() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        let zoe = world.join(&olga, &north, "zoe", roles::MEMBER).await;
        let group = id(&olga.post(&of(&north, "groups"), json!({"title": "Clerks"})).await.ok(201));
        let clerk = role(&olga, &acme, "Clerk", &["members.add"]).await;
        let body = json!({"principal": {"type": "group", "id": group}, "role": clerk});
        olga.post(&of(&north, "role-assignments"), body).await.ok(201);
        let zoe_in = json!({"type": "user", "id": zoe.user_id});
        olga.post(&of(&north, &format!("groups/{group}/members")), json!({"principal": zoe_in}))
            .await
            .ok(201);
        let (_, robot) = key(world, &olga, &north, &["members.add"]).await;
        let path = of(&north, "access/list-principals");
        let found =
            pages(&olga, &path, json!({"permission": "members.add", "page_size": 1}), "principals").await;
        let users: Vec<_> =
            found.iter().filter(|one| one["type"] == "user").map(|one| one["id"].clone()).collect();
        let mut expected = vec![json!(olga.user_id), json!(ada.user_id), json!(zoe.user_id)];
        expected.sort_by_key(Value::to_string);
        assert_eq!(users, expected);
        let others: Vec<_> = found.iter().filter(|one| one["type"] != "user").cloned().collect();
        assert_eq!(others, [json!({"type": "api_key", "id": robot}), json!({"type": "group", "id": group})]);
        for principal in &found {
            let asked = json!({"principal": principal, "permission": "members.add"});
            assert_eq!(olga.post(&of(&north, "access/check"), asked).await.ok(200)["allowed"], true);
        }
        let groups = json!({"permission": "members.add", "principal_type": "group"});
        assert_eq!(pages(&olga, &path, groups, "principals").await, [json!({"type": "group", "id": group})]);
        let from_above =
            json!({"permission": "members.add", "resource": {"type": "organization", "id": north}});
        assert_eq!(pages(&olga, &of(&acme, "access/list-principals"), from_above, "principals").await, found);
    })
    .await;
}

#[tokio::test]
async fn who_may_is_for_those_to_know_who_may_ask_about_others() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let (eve, _) = world.tenant("Other", "eve").await;
        let path = of(&acme, "access/list-principals");
        let body = json!({"permission": "members.read"});
        ada.post(&path, body.clone()).await.problem(403, "permission_denied");
        eve.post(&path, body.clone()).await.problem(404, "not_found");
        let unknown = olga.post(&path, json!({"permission": "members.burn"})).await;
        unknown.problem(400, "unknown_permission");
    })
    .await;
}

#[tokio::test]
async fn pages_stay_those_of_the_first_whatever_is_written_meanwhile() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut people = vec![json!(olga.user_id)];
        for name in ["ada", "bob", "zoe"] {
            people.push(json!(world.join(&olga, &acme, name, roles::READER).await.user_id));
        }
        people.sort_by_key(Value::to_string);
        let path = of(&acme, "access/list-principals");
        let mut body = json!({"permission": "members.read", "principal_type": "user", "page_size": 2});
        let first = olga.post(&path, body.clone()).await.ok(200);
        // Whoever comes last goes, and somebody else comes.
        let gone = people.iter().rfind(|id| **id != json!(olga.user_id)).unwrap().as_str().unwrap();
        assert_eq!(olga.delete(&of(&acme, &format!("members/{gone}"))).await.status, 204);
        world.join(&olga, &acme, "pia", roles::READER).await;
        body["page_token"] = first["next_page_token"].clone();
        let second = olga.post(&path, body).await.ok(200);
        assert_eq!(second["revision"], first["revision"]);
        let ids = |page: &Value| {
            page["principals"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!([ids(&first), ids(&second)].concat(), people);
        assert!(second.get("next_page_token").is_none());
    })
    .await;
}

#[tokio::test]
async fn what_somebody_may_do_something_on_is_listed_below_as_far_as_one_may_ask() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let room = |organization: String, title: &'static str| {
            let olga = olga.clone();
            async move { id(&olga.post(&of(&organization, "workspaces"), json!({"title": title})).await.ok(201)) }
        };
        let (one, two, three) = (room(acme.clone(), "One").await, room(north.clone(), "Two").await, room(north.clone(), "Three").await);
        permission(&olga, &acme, "documents.read", "READ").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.read"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::BILLING).await;
        let who = json!({"type": "user", "id": ada.user_id});
        let assign = async |organization: &str, role: &str, kind: &str, on: &str| {
            let body = json!({"principal": who, "role": role, "resource": {"type": kind, "id": on}});
            olga.post(&of(organization, "role-assignments"), body).await.ok(201);
        };
        assign(&acme, roles::WORKSPACE_VIEWER, "workspace", &one).await;
        assign(&acme, &clerk, "documents", "42").await;
        let path = of(&acme, "access/list-resources");
        let list = async |asker: &Actor, principal: &Value, permission: &str, kind: &str| {
            let body = json!({"principal": principal, "permission": permission, "resource_type": kind, "page_size": 1});
            pages(asker, &path, body, "resources").await
        };
        let at = |organization: &str| format!("organizations/{organization}");
        let on = |organization: &str, kind: &str, id: &str| {
            json!({"organization": at(organization), "resource": {"type": kind, "id": id}})
        };
        assert_eq!(list(&olga, &who, "workspaces.read", "workspace").await, [on(&acme, "workspace", &one)]);
        let documents = list(&ada, &who, "documents.read", "documents").await;
        assert!(documents.contains(&on(&acme, "documents", "42")), "one may always ask about oneself");
        let owner = json!({"type": "user", "id": olga.user_id});
        let mut everywhere = vec![on(&acme, "organization", &acme), on(&north, "organization", &north)];
        everywhere.sort_by_key(|reach| reach["organization"].to_string());
        assert_eq!(list(&olga, &owner, "members.read", "organization").await, everywhere);
        let all: Vec<_> = everywhere.iter().map(|reach| json!({"organization": reach["organization"]})).collect();
        assert_eq!(list(&olga, &owner, "documents.read", "documents").await, all);
        let mut rooms = list(&olga, &owner, "workspaces.read", "workspace").await;
        rooms.sort_by_key(Value::to_string);
        let mut expected = vec![on(&acme, "workspace", &one), on(&north, "workspace", &two), on(&north, "workspace", &three)];
        expected.sort_by_key(Value::to_string);
        assert_eq!(rooms, expected);
        ada.post(&path, json!({"principal": owner, "permission": "members.read", "resource_type": "organization"}))
            .await
            .problem(403, "permission_denied");
        let planets = json!({"principal": owner, "permission": "members.read", "resource_type": "planets"});
        let refused = olga.post(&path, planets).await.problem(400, "unknown_resource_type");
        assert_eq!(refused["errors"][0]["field"], "/resource_type");
    })
    .await;
}
