//! Everything that a principal may do.

use polity_testkit::{json, on_each, roles};

use crate::rights::{child, key, of, permission, role};

#[tokio::test]
async fn permissions_are_listed_by_name_page_by_page_with_their_ways_if_asked() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        let path = of(&acme, "access/list-permissions");
        let (mut names, mut token) = (Vec::new(), String::new());
        loop {
            let body = json!({"principal": {"type": "user", "id": ada.user_id}, "page_size": 4, "page_token": token});
            let page = olga.post(&path, body).await.ok(200);
            for held in page["permissions"].as_array().unwrap() {
                assert!(held.get("paths").is_none());
                names.push(held["permission"].as_str().unwrap().to_owned());
            }
            token = page["next_page_token"].as_str().unwrap_or("").to_owned();
            if token.is_empty() {
                break;
            }
        }
        let reader = olga.get(&of(&acme, &format!("roles/{}", roles::READER))).await.ok(200);
        assert_eq!(json!(names), reader["permissions"]);
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "paths": true, "page_size": 1});
        let page = olga.post(&path, body).await.ok(200);
        assert_eq!(page["permissions"][0]["paths"][0]["role_title"], "Reader");
        assert_eq!(page["permissions"][0]["paths"][0]["by"], "role");
        let token = page["next_page_token"].as_str().unwrap();
        let other = json!({"principal": {"type": "user", "id": olga.user_id}, "page_size": 1, "page_token": token});
        olga.post(&path, other).await.problem(400, "page_token_mismatch");
    })
    .await;
}

#[tokio::test]
async fn what_is_held_on_a_resource_or_below_is_listed_there() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish"]).await;
        let ada = world.join(&olga, &north, "ada", roles::BILLING).await;
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": clerk,
            "resource": {"type": "documents", "id": "42"}});
        olga.post(&of(&north, "role-assignments"), body).await.ok(201);
        let names = async |organization: &str, resource: Option<(&str, &str)>| {
            let mut body = json!({"principal": {"type": "user", "id": ada.user_id}});
            if let Some((kind, id)) = resource {
                body["resource"] = json!({"type": kind, "id": id});
            }
            let page = olga.post(&of(organization, "access/list-permissions"), body).await.ok(200);
            let names = page["permissions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["permission"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>()
        };
        assert!(names(&acme, None).await.is_empty());
        let below = names(&acme, Some(("organization", &north))).await;
        assert_eq!(below, names(&north, None).await);
        assert!(!below.contains(&"documents.publish".to_owned()));
        assert!(names(&north, Some(("documents", "42"))).await.contains(&"documents.publish".to_owned()));
        assert_eq!(names(&north, Some(("documents", "43"))).await, below);
    })
    .await;
}

#[tokio::test]
async fn one_lists_ones_own_and_few_others() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "access/list-permissions");
        let about = |id: &str| json!({"principal": {"type": "user", "id": id}});
        ada.post(&path, about(&ada.user_id)).await.ok(200);
        ada.post(&path, about(&olga.user_id)).await.problem(403, "permission_denied");
        let (machine, id) = key(world, &olga, &acme, &["audit.read", "members.read"]).await;
        let own = json!({"principal": {"type": "api_key", "id": id}, "paths": true});
        let own = machine.post(&path, own).await.ok(200);
        assert_eq!(own["permissions"][0]["permission"], "audit.read");
        assert_eq!(own["permissions"][0]["paths"][0]["by"], "api_key");
        ada.post(&path, json!({"principal": {"type": "user", "id": ada.user_id}, "page_size": -1}))
            .await
            .problem(400, "invalid_parameter");
    })
    .await;
}
