//! Source document 000: keys, regional endpoints, common roles; each row of it as printed.

use polity_testkit::{Actor, PASSWORD, World, json, on_each, roles};

use crate::rights::of;

/// "Include the key in the Authorization header": `Authorization: Api-Key YOUR_ORG_API_KEY` at `/v1/organizations`.
#[tokio::test]
async fn an_organizations_key_is_shown_once_and_opens_v1_organizations() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let key = json!({"title": "Deploy", "permissions": ["organizations.read"]});
        let made = olga.post(&of(&acme, "api-keys"), key).await.ok(201);
        assert_eq!(made["title"], "Deploy");
        let secret = made["secret"].as_str().unwrap().to_owned();
        let path = format!("{}/{}", of(&acme, "api-keys"), made["id"].as_str().unwrap());
        let again = olga.get(&path).await;
        assert!(!again.text.contains(&secret), "it is shown once");
        let listed = world.with(Some(format!("Api-Key {secret}"))).get("/v1/organizations").await.ok(200);
        assert_eq!(listed["organizations"][0]["id"], json!(acme));
    })
    .await;
}

/// "Common roles include: Admin, full access …; Reader, read-only access …".
#[tokio::test]
async fn admin_and_reader_are_roles_of_every_organization() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let listed = olga.get(&of(&acme, "roles?scope=organization")).await.ok(200);
        let titles: Vec<_> =
            listed["roles"].as_array().unwrap().iter().map(|role| role["title"].clone()).collect();
        assert!(titles.contains(&json!("Admin")) && titles.contains(&json!("Reader")), "{titles:?}");
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        ada.get(&of(&acme, "members")).await.ok(200);
        ada.patch(&format!("/api/v1/organizations/{acme}"), json!({"title": "Mine"}))
            .await
            .problem(403, "permission_denied");
    })
    .await;
}

/// "Use the endpoint that matches the region where your organization is provisioned."
#[tokio::test]
async fn the_regions_are_told_to_everybody() {
    on_each(async |world| {
        let listed = world.nobody().at(&eu(world).await).get("/api/v1/regions").await.ok(200);
        let region = |id: &str, endpoint: &str, current: bool| {
            json!({"name": format!("regions/{id}"), "id": id, "endpoint": endpoint, "current": current})
        };
        let local = region("local", "https://iam.example", false);
        assert_eq!(listed["regions"], json!([region("eu", "https://iam.eu.example", true), local]));
    })
    .await;
}

#[tokio::test]
async fn another_regions_organization_is_answered_for_at_its_own_endpoint() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let key = json!({"title": "K", "permissions": ["access.check", "organizations.read"]});
        let key = olga.post(&of(&acme, "api-keys"), key).await.ok(201);
        let key = world.with(Some(format!("Api-Key {}", key["secret"].as_str().unwrap())));
        let question =
            json!({"principal": {"type": "user", "id": olga.user_id}, "permission": "members.read"});
        let eu = eu(world).await;
        let (there, key) = (signed_in_at(world, &eu, "olga").await, key.at(&eu));
        let organization = format!("/api/v1/organizations/{acme}");
        for answer in [
            there.get(&of(&acme, "members")).await,
            there.patch(&organization, json!({"title": "Other"})).await,
            there.post(&of(&acme, "api-keys"), json!({"title": "K", "permissions": []})).await,
            there.post(&of(&acme, "members/leave"), json!({})).await,
            key.get(&organization).await,
            key.post(&of(&acme, "access/check"), question).await,
        ] {
            let problem = answer.problem(421, "misdirected_request");
            assert_eq!(problem["endpoint"], "https://iam.example");
        }
        // What is made there is that region's, and this one sends there.
        let made = there.post("/api/v1/organizations", json!({"title": "Euro"})).await.ok(201);
        assert_eq!(made["region"], "eu");
        let answer = olga.get(&of(made["id"].as_str().unwrap(), "members")).await;
        answer.problem(421, "misdirected_request");
        olga.get(&organization).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn ten_01_a_stranger_is_not_told_where_an_organization_is() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let bob = world.person("bob").await;
        let member = json!({"user": bob.user_id, "roles": [roles::MEMBER]});
        olga.post(&of(&acme, "members"), member).await.ok(201);
        let offers = of(&acme, "ownership-transfers");
        let offer = olga.post(&offers, json!({"user": bob.user_id})).await.ok(201);
        let offer = format!("{offers}/{}", offer["id"].as_str().unwrap());
        let eu = eu(world).await;
        world.person("eve").await;
        let eve = signed_in_at(world, &eu, "eve").await;
        // What is one's own needs no permission: that there is nothing is seen before anything else.
        for path in [of(&acme, "members/leave"), format!("{offer}/accept"), format!("{offer}/decline")] {
            eve.post(&path, json!({})).await.problem(404, "not_found");
        }
        eve.get(&of(&acme, "members")).await.problem(404, "not_found");
        let question =
            json!({"principal": {"type": "user", "id": eve.user_id}, "permission": "members.read"});
        eve.post(&of(&acme, "access/check"), question).await.problem(404, "not_found");
        world.nobody().at(&eu).get(&of(&acme, "members")).await.problem(401, "unauthenticated");
    })
    .await;
}

/// The service of another region, on the same database.
async fn eu(world: &World) -> String {
    let change = |settings: &mut polity_app::Settings| {
        settings.region = "eu".to_owned();
        settings.public_url = "https://iam.eu.example".to_owned();
        settings.regions = vec![("local".to_owned(), "https://iam.example".to_owned())];
    };
    world.another(change).await
}

async fn signed_in_at(world: &World, service: &str, name: &str) -> Actor {
    let nobody = world.nobody().at(service);
    let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD});
    nobody.signed_in(&nobody.post("/api/v1/auth/login", body).await.ok(200))
}
