//! Listing and looking at roles.

use polity_testkit::{json, on_each, roles};

use crate::rights::{child, of, permission, role};

#[tokio::test]
async fn built_in_roles_come_first_then_the_custom_ones_page_by_page() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for title in ["One", "Two", "Three"] {
            world.clock.advance(1);
            role(&olga, &acme, title, &["members.read"]).await;
        }
        let path = of(&acme, "roles");
        let (mut titles, mut token) = (Vec::new(), String::new());
        for size in [3, 3, 3, 3] {
            let page = olga
                .get(&format!("{path}?page_size={size}&show_total=true&page_token={token}"))
                .await
                .ok(200);
            assert_eq!(page["total_size"], 11);
            titles.extend(
                page["roles"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|role| role["title"].as_str().unwrap().to_owned()),
            );
            token = page["next_page_token"].as_str().unwrap_or("").to_owned();
        }
        assert!(token.is_empty());
        let built_in = ["Owner", "Admin", "Member", "Reader", "Billing", "Admin", "Developer", "Viewer"];
        assert_eq!(titles[..8], built_in);
        assert_eq!(titles[8..], ["Three", "Two", "One"]);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_role_has_no_token() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let page = olga.get(&format!("{}?page_size=8", of(&acme, "roles"))).await.ok(200);
        assert_eq!(page["roles"].as_array().unwrap().len(), 8);
        assert!(page.get("next_page_token").is_none());
        role(&olga, &acme, "One", &[]).await;
        let page = olga.get(&format!("{}?page_size=8", of(&acme, "roles"))).await.ok(200);
        let token = page["next_page_token"].as_str().unwrap();
        let rest = olga.get(&format!("{}?page_size=8&page_token={token}", of(&acme, "roles"))).await.ok(200);
        assert_eq!(rest["roles"][0]["title"], "One");
        let other = format!("{}?page_size=8&scope=organization&page_token={token}", of(&acme, "roles"));
        olga.get(&other).await.problem(400, "page_token_mismatch");
    })
    .await;
}

#[tokio::test]
async fn roles_are_filtered_by_scope_and_language() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        role(&olga, &acme, "Support", &["members.read"]).await;
        let body = json!({"title": "Builder", "scope": "workspace"});
        olga.post(&of(&acme, "roles"), body).await.ok(201);
        let titles = async |query: &str| {
            let list = olga.get(&format!("{}?{query}", of(&acme, "roles"))).await.ok(200);
            let titles = list["roles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|role| role["title"].as_str().unwrap().to_owned());
            titles.collect::<Vec<_>>()
        };
        assert_eq!(titles("scope=workspace").await, ["Admin", "Developer", "Viewer", "Builder"]);
        assert_eq!(
            titles("scope=organization&filter=title:%22r%22").await,
            ["Owner", "Member", "Reader", "Support"]
        );
        assert_eq!(titles(&format!("filter=id={}", roles::BILLING)).await, ["Billing"]);
        assert_eq!(titles("filter=organization:*&order_by=title").await, ["Builder", "Support"]);
        olga.get(&format!("{}?scope=moon", of(&acme, "roles"))).await.problem(400, "invalid_parameter");
    })
    .await;
}

#[tokio::test]
async fn a_role_from_above_is_seen_below_and_not_sideways() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let north = child(&olga, &acme, "North").await;
        let south = child(&olga, &acme, "South").await;
        let above = role(&olga, &acme, "Support", &["members.read"]).await;
        let own = role(&olga, &north, "Local", &["members.read"]).await;
        let seen = olga.get(&of(&north, &format!("roles/{above}"))).await.ok(200);
        assert_eq!(seen["source"], "INHERITED");
        assert_eq!(seen["organization"], json!(format!("organizations/{acme}")));
        assert_eq!(seen["name"], json!(format!("organizations/{north}/roles/{above}")));
        assert_eq!(olga.get(&of(&acme, &format!("roles/{above}"))).await.ok(200)["source"], "CUSTOM");
        // TEN-03, TEN-09: not upwards, not sideways, not elsewhere.
        olga.get(&of(&acme, &format!("roles/{own}"))).await.problem(404, "not_found");
        olga.get(&of(&south, &format!("roles/{own}"))).await.problem(404, "not_found");
        bert.get(&of(&beta, &format!("roles/{above}"))).await.problem(404, "not_found");
        bert.get(&of(&acme, &format!("roles/{above}"))).await.problem(404, "not_found");
        // A child that is shut off sees nothing from above.
        let child = format!("/api/v1/organizations/{north}");
        let ada = world.join(&olga, &north, "ada", roles::OWNER).await;
        olga.patch(&child, json!({"inherits_roles": false})).await.ok(200);
        ada.get(&of(&north, &format!("roles/{above}"))).await.problem(404, "not_found");
        let left = ada.get(&of(&north, "roles?filter=organization:*")).await.ok(200);
        assert_eq!(left["roles"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_built_in_role_has_the_registered_permissions_as_well() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, &format!("roles/{}", roles::READER));
        let before = olga.get(&path).await;
        permission(&olga, &acme, "documents.read", "READ").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let after = olga.get(&path).await;
        assert_ne!(before.header("etag"), after.header("etag"));
        let after = after.ok(200);
        assert_eq!((&after["source"], after.get("organization")), (&json!("SYSTEM"), None));
        let names = after["permissions"].as_array().unwrap();
        assert!(names.contains(&json!("documents.read")) && !names.contains(&json!("documents.publish")));
        let admin = olga.get(&of(&acme, &format!("roles/{}", roles::ADMIN))).await.ok(200);
        assert!(admin["permissions"].as_array().unwrap().contains(&json!("documents.publish")));
    })
    .await;
}

#[tokio::test]
async fn holders_are_those_who_hold_it_here() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let path = of(&acme, "role-assignments");
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": support});
        olga.post(&path, body).await.ok(201);
        let holders = olga.get(&of(&acme, &format!("roles/{support}/holders"))).await.ok(200);
        assert_eq!(holders["role_assignments"].as_array().unwrap().len(), 1);
        assert_eq!(holders["role_assignments"][0]["principal"]["id"], json!(ada.user_id));
        let owners = olga.get(&of(&acme, &format!("roles/{}/holders", roles::OWNER))).await.ok(200);
        assert_eq!(owners["role_assignments"][0]["principal"]["id"], json!(olga.user_id));
        ada.get(&of(&acme, &format!("roles/{support}/holders"))).await.problem(403, "permission_denied");
        olga.get(&of(&acme, "roles/role_01h455vb4pex5vsknk084sn02q/holders")).await.problem(404, "not_found");
    })
    .await;
}
