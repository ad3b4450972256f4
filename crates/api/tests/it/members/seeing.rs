//! Who sees members, and what of them.

use polity_testkit::{json, on_each, roles};

use crate::rights::{child, key, member, of};

#[tokio::test]
async fn a_member_is_shown_with_the_person_and_their_roles() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        let shown = olga.get(&member(&acme, &ada)).await;
        assert!(!shown.header("etag").is_empty());
        let shown = shown.ok(200);
        assert_eq!(shown["name"], json!(format!("organizations/{acme}/members/{}", ada.user_id)));
        assert_eq!((&shown["id"], &shown["joined_by"]), (&json!(ada.user_id), &json!("INVITATION")));
        assert_eq!(shown["user"]["email"], "ada@example.com");
        let role = &shown["roles"][0];
        assert_eq!((&role["title"], &role["inherited"]), (&json!("Reader"), &json!(false)));
        assert_eq!(role["organization"], json!(format!("organizations/{acme}")));
        assert_eq!(olga.get(&member(&acme, &olga)).await.ok(200)["joined_by"], "CREATION");
    })
    .await;
}

#[tokio::test]
async fn inherited_roles_are_shown_with_where_they_come_from() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::MEMBER).await;
        olga.post(&of(&acme, "members"), json!({"user": ada.user_id, "roles": [roles::BILLING]}))
            .await
            .ok(201);
        let shown = olga.get(&member(&north, &ada)).await.ok(200);
        let seen: Vec<_> = shown["roles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|role| (role["title"].clone(), role["inherited"].clone(), role["organization"].clone()))
            .collect();
        let direct = (json!("Member"), json!(false), json!(format!("organizations/{north}")));
        let inherited = (json!("Billing"), json!(true), json!(format!("organizations/{acme}")));
        assert_eq!(seen, [direct, inherited]);
        let listed = olga.get(&of(&north, "members")).await.ok(200);
        let ada_listed =
            listed["members"].as_array().unwrap().iter().find(|one| one["id"] == json!(ada.user_id));
        assert_eq!(ada_listed.unwrap()["roles"], shown["roles"]);
    })
    .await;
}

#[tokio::test]
async fn the_list_is_filtered_ordered_and_paged() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for name in ["ada", "bob", "cleo", "dan"] {
            world.clock.advance(1);
            world.join(&olga, &acme, name, roles::MEMBER).await;
        }
        let path = of(&acme, "members");
        let first = olga.get(&format!("{path}?page_size=3&show_total=true")).await.ok(200);
        assert_eq!((first["members"].as_array().unwrap().len(), &first["total_size"]), (3, &json!(5)));
        let token = first["next_page_token"].as_str().unwrap();
        let rest = olga.get(&format!("{path}?page_size=3&show_total=true&page_token={token}")).await.ok(200);
        assert_eq!(rest["members"].as_array().unwrap().len(), 2);
        assert!(rest.get("next_page_token").is_none());
        let found = olga.get(&format!("{path}?filter=search:\"CLE\"")).await.ok(200);
        assert_eq!(found["members"][0]["user"]["email"], "cleo@example.com");
        let owners = olga.get(&format!("{path}?filter=role={}", roles::OWNER)).await.ok(200);
        assert_eq!(owners["members"].as_array().unwrap().len(), 1);
        olga.get(&format!("{path}?filter=secret=1")).await.problem(400, "invalid_filter");
        olga.get(&format!("{path}?order_by=title")).await.problem(400, "invalid_order");
    })
    .await;
}

#[tokio::test]
async fn ten_07_a_page_token_is_good_for_its_own_list_and_caller_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "members");
        let first = olga.get(&format!("{path}?page_size=1")).await.ok(200);
        let token = first["next_page_token"].as_str().unwrap();
        for (who, path) in [
            (&ada, format!("{path}?page_size=1&page_token={token}")),
            (&bert, format!("{}?page_size=1&page_token={token}", of(&beta, "members"))),
            (&olga, format!("{path}?page_size=2&page_token={token}")),
            (&olga, format!("{}?page_size=1&page_token={token}", of(&acme, "role-assignments"))),
        ] {
            who.get(&path).await.problem(400, "page_token_mismatch");
        }
    })
    .await;
}

#[tokio::test]
async fn ten_01_ten_03_members_are_seen_in_their_own_organization_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        bert.get(&of(&acme, "members")).await.problem(404, "not_found");
        bert.get(&member(&acme, &olga)).await.problem(404, "not_found");
        // The right organization with somebody else's member.
        bert.get(&member(&beta, &olga)).await.problem(404, "not_found");
        bert.patch(&member(&beta, &olga), json!({"title": "Mine"})).await.problem(404, "not_found");
        bert.delete(&member(&beta, &olga)).await.problem(404, "not_found");
        world.nobody().get(&of(&acme, "members")).await.problem(401, "unauthenticated");
        olga.get(&of(&acme, "members/role_00000000000000000000000001")).await.problem(400, "invalid_id");
    })
    .await;
}

#[tokio::test]
async fn ten_06_a_filter_does_not_widen_the_list() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, _) = world.tenant("Beta", "bert").await;
        for filter in [
            format!("user={} OR create_time>\"2000-01-01T00:00:00Z\"", bert.user_id),
            "search:\"@\"".to_owned(),
        ] {
            let filter = filter.replace(' ', "%20").replace('>', "%3E");
            let found =
                olga.get(&format!("{}?show_total=true&filter={filter}", of(&acme, "members"))).await.ok(200);
            assert_eq!(found["total_size"], 1, "{found}");
            assert_eq!(found["members"][0]["id"], json!(olga.user_id));
        }
    })
    .await;
}

#[tokio::test]
async fn effective_permissions_come_with_every_way() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::MEMBER).await;
        olga.post(&of(&acme, "members"), json!({"user": ada.user_id, "roles": [roles::READER]}))
            .await
            .ok(201);
        let path = format!("{}/effective-permissions", member(&north, &ada));
        let held = olga.get(&path).await.ok(200);
        let held = held["permissions"].as_array().unwrap();
        let read = held.iter().find(|one| one["permission"] == "members.read").unwrap();
        let ways: Vec<_> =
            read["paths"].as_array().unwrap().iter().map(|way| way["role_title"].clone()).collect();
        assert_eq!(ways, ["Member", "Reader"]);
        assert_eq!(
            read["paths"][1]["through"],
            json!([format!("organizations/{acme}"), format!("organizations/{north}")])
        );
        let audit = held.iter().find(|one| one["permission"] == "audit.read").unwrap();
        assert_eq!(audit["paths"].as_array().unwrap().len(), 1);
        assert!(held.iter().all(|one| one["permission"] != "members.add"));
        olga.get(&format!("{}/effective-permissions", of(&north, "members/user_00000000000000000000000000")))
            .await
            .problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_key_sees_members_as_far_as_it_may() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (reads, _) = key(world, &olga, &acme, &["members.read"]).await;
        let (other, _) = key(world, &olga, &acme, &["audit.read"]).await;
        reads.get(&of(&acme, "members")).await.ok(200);
        let refused = other.get(&of(&acme, "members")).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "members.read");
    })
    .await;
}
