//! Groups and places in them, made, seen, changed and ended.

use polity_testkit::{json, on_each, roles};

use super::{group, inner, last, members, person, put};
use crate::rights::{assert_sound, child, encoded, id, key, of};

#[tokio::test]
async fn a_group_is_made_seen_changed_and_deleted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "groups");
        let body = json!({"title": "Support", "external_id": "crm-1", "description": "Answers"});
        let made = olga.post(&path, body.clone()).await;
        let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let made = made.ok(201);
        assert_eq!((&made["source"], &made["external_id"]), (&json!("MANUAL"), &json!("crm-1")));
        assert_eq!(olga.get(&place).await.ok(200), made);
        olga.post(&path, body).await.problem(409, "external_id_taken");
        olga.post(&path, json!({"title": "Sales", "external_id": "no spaces"}))
            .await
            .problem(400, "invalid_value");
        let patched =
            olga.header("if-match", &tag).patch(&place, json!({"title": "Help desk"})).await.ok(200);
        assert_eq!((&patched["title"], &patched["description"]), (&json!("Help desk"), &json!("Answers")));
        olga.header("if-match", &tag).patch(&place, json!({})).await.problem(412, "etag_mismatch");
        let cleared = olga.patch(&place, json!({"external_id": null})).await.ok(200);
        assert_eq!(cleared.get("external_id"), None);
        // Two without one are no clash.
        group(&olga, &acme, "Sales").await;
        for (filter, found) in [
            ("title:help", 1),
            ("source = MANUAL", 2),
            ("source = SCIM", 0),
            ("external_id:*", 0),
            ("title = \"Sales\"", 1),
        ] {
            let list = olga.get(&format!("{path}?filter={}", encoded(filter))).await.ok(200);
            assert_eq!(list["groups"].as_array().unwrap().len(), found, "{filter}");
        }
        let list = olga.get(&format!("{path}?order_by=title")).await.ok(200);
        assert_eq!(list["groups"][0]["title"], "Help desk");
        assert_eq!(olga.delete(&place).await.status, 204);
        olga.get(&place).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn people_and_groups_are_put_in_listed_and_taken_out() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let (outer, within) = (group(&olga, &acme, "Outer").await, group(&olga, &acme, "Inner").await);
        let made = put(&olga, &outer, person(&ada)).await;
        let place = made.header("location").to_owned();
        assert_eq!(place, format!("{outer}/members/{}", ada.user_id));
        let made = made.ok(201);
        assert_eq!(made["principal"], json!({"type": "user", "id": ada.user_id}));
        assert_eq!(olga.get(&place).await.ok(200), made);
        olga.header("if-match", "\"r1\"").delete(&place).await.problem(412, "etag_mismatch");
        put(&olga, &outer, person(&ada)).await.problem(409, "already_exists");
        let rows = json!({"members": [person(&ada), person(&bob)]});
        let added = olga.post(&format!("{within}/members/batch-add"), rows.clone()).await.ok(200);
        assert_eq!(added["group_members"].as_array().unwrap().len(), 2);
        put(&olga, &outer, inner(&within)).await.ok(201);
        let mut all = vec![ada.user_id.clone(), bob.user_id.clone(), last(&within).to_owned()];
        all.sort();
        assert_eq!(members(&olga, &outer, "?transitive=true").await, all, "each once");
        let mut direct = vec![ada.user_id.clone(), last(&within).to_owned()];
        direct.sort();
        assert_eq!(members(&olga, &outer, "").await, direct);
        let first =
            olga.get(&format!("{outer}/members?transitive=true&page_size=2&show_total=true")).await.ok(200);
        assert_eq!(first["total_size"], 3);
        let token = first["next_page_token"].as_str().unwrap();
        let rest = format!("{outer}/members?transitive=true&page_size=2&show_total=true&page_token={token}");
        assert_eq!(olga.get(&rest).await.ok(200)["group_members"].as_array().unwrap().len(), 1);
        olga.get(&rest.replace("transitive=true&", "")).await.problem(400, "page_token_mismatch");
        let people = members(&olga, &outer, &format!("?filter=user={}", ada.user_id)).await;
        assert_eq!(people, std::slice::from_ref(&ada.user_id));
        // The same from the other side.
        let by_group = olga.get(&of(&acme, &format!("members?filter=group={}", last(&within)))).await.ok(200);
        assert_eq!(by_group["members"].as_array().unwrap().len(), 2);
        let by_member = olga.get(&of(&acme, &format!("groups?filter=member={}", bob.user_id))).await.ok(200);
        assert_eq!(by_member["groups"].as_array().unwrap().len(), 1);
        assert_eq!(olga.delete(&place).await.status, 204);
        olga.delete(&place).await.problem(404, "not_found");
        // Ada is in it by the other group still, but not directly.
        assert_eq!(members(&olga, &outer, "?transitive=true").await, all);
        let refused = json!({"members": [person(&bob), person(&olga)]});
        let row =
            olga.post(&format!("{within}/members/batch-remove"), refused).await.problem(404, "not_found");
        assert_eq!(row["errors"][0]["field"], "/members/1");
        assert_eq!(olga.post(&format!("{within}/members/batch-remove"), rows).await.status, 204);
        assert!(members(&olga, &within, "").await.is_empty());
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn groups_stand_in_one_another_without_a_circle_and_not_too_deep() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut chain = vec![group(&olga, &acme, "0").await];
        put(&olga, &chain[0], inner(&chain[0])).await.problem(409, "cycle");
        for number in 1..8 {
            let next = group(&olga, &acme, &number.to_string()).await;
            put(&olga, &chain[number - 1], inner(&next)).await.ok(201);
            put(&olga, &next, inner(&chain[0])).await.problem(409, "cycle");
            chain.push(next);
        }
        let ninth = group(&olga, &acme, "8").await;
        put(&olga, &chain[7], inner(&ninth)).await.problem(409, "too_deep");
        put(&olga, &ninth, inner(&chain[0])).await.problem(409, "too_deep");
        // A batch sees what its own rows before have done.
        let rows = json!({"members": [inner(&ninth), inner(&ninth)]});
        let refused = olga.post(&format!("{}/members/batch-add", chain[6]), rows).await;
        assert_eq!(refused.problem(409, "already_exists")["errors"][0]["field"], "/members/1");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_03_ten_04_ten_05_nobody_and_nothing_of_another_organization_is_put_into_a_group() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let own = group(&olga, &acme, "Own").await;
        let (theirs, below) = (group(&bert, &beta, "Theirs").await, group(&olga, &north, "Below").await);
        let never = json!({"principal": {"type": "group", "id": "grp_01h455vb4pex5vsknk084sn02q"}});
        let unknown = put(&olga, &own, never).await.problem(400, "unknown_principal");
        for foreign in [inner(&theirs), inner(&below), person(&bert)] {
            let refused = put(&olga, &own, foreign).await.problem(400, "unknown_principal");
            assert_eq!(refused["errors"], unknown["errors"], "as if it had never been");
        }
        let (_, robot) = key(world, &olga, &acme, &["members.read"]).await;
        let for_key = json!({"principal": {"type": "api_key", "id": robot}});
        put(&olga, &own, for_key).await.problem(400, "unknown_principal");
        put(&olga, &below, person(&ada)).await.problem(400, "unknown_principal");
        // All or nothing.
        let rows = json!({"members": [person(&ada), person(&bert)]});
        let refused = olga.post(&format!("{own}/members/batch-add"), rows).await;
        assert_eq!(
            refused.problem(400, "unknown_principal")["errors"][0]["field"],
            "/members/1/principal/id"
        );
        assert!(members(&olga, &own, "").await.is_empty());
        // Another tenant's group under one's own organization.
        let astray = of(&acme, &format!("groups/{}", last(&theirs)));
        olga.get(&astray).await.problem(404, "not_found");
        olga.get(&format!("{astray}/members")).await.problem(404, "not_found");
        put(&olga, &astray, person(&ada)).await.problem(404, "not_found");
        olga.delete(&astray).await.problem(404, "not_found");
        olga.get(&theirs).await.problem(404, "not_found");
        let role = json!({"principal": {"type": "group", "id": last(&theirs)}, "role": roles::READER});
        olga.post(&of(&acme, "role-assignments"), role).await.problem(400, "unknown_principal");
        let role = json!({"principal": {"type": "group", "id": last(&own)}, "role": roles::READER});
        olga.post(&of(&north, "role-assignments"), role).await.problem(400, "unknown_principal");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_of_a_group_that_makes_no_sense_is_refused_by_name() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let own = group(&olga, &acme, "Own").await;
        let many: Vec<_> = (0..1001).map(|_| person(&olga)).collect();
        for body in [json!({"members": []}), json!({"members": many})] {
            for way in ["batch-add", "batch-remove"] {
                let refused = olga.post(&format!("{own}/members/{way}"), body.clone()).await;
                let refused = refused.problem(400, "invalid_value");
                assert_eq!(refused["errors"][0]["field"], "/members");
            }
        }
        let mixed = json!({"principal": {"type": "group", "id": olga.user_id}});
        let refused = put(&olga, &own, mixed).await.problem(400, "invalid_id");
        assert_eq!(refused["errors"][0]["field"], "/principal/id");
        let unknown = json!({"title": "X", "source": "SCIM"});
        let refused = olga.post(&of(&acme, "groups"), unknown).await.problem(400, "unknown_field");
        assert_eq!(refused["errors"][0]["field"], "/source");
        assert!(id(&olga.get(&own).await.ok(200)).starts_with("grp_"));
    })
    .await;
}
