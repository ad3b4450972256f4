//! Source document 001: organizations under `/orgs/{org_id}`; each row of it as printed.

use polity_app::{access_log, consumption};
use polity_testkit::{Actor, Method, World, json, on_each, roles};

use crate::rights::{child, id, of};

const PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

async fn put(actor: &Actor, path: &str, body: polity_testkit::Value) -> polity_testkit::Answer {
    actor.send(Method::PUT, path, Some(body)).await
}

async fn org(world: &World) -> (Actor, String, String) {
    let (olga, acme) = world.tenant("Example Organization", "olga").await;
    let path = format!("/orgs/{acme}");
    (olga, acme, path)
}

#[tokio::test]
async fn an_organization_is_retrieved_updated_and_deleted_as_printed() {
    on_each(async |world| {
        let (olga, acme, path) = org(world).await;
        let shown = olga.get(&path).await.ok(200);
        let created = olga.get(&format!("/api/v1/organizations/{acme}")).await.ok(200)["create_time"].clone();
        let expected =
            json!({"id": acme, "name": "Example Organization", "created_at": created, "customizations": {}});
        assert_eq!(shown, expected);
        let updated = olga.patch(&path, json!({"name": "Updated Organization Name"})).await.ok(200);
        assert_eq!(updated["name"], "Updated Organization Name");
        let deleted = olga.delete(&path).await.ok(200);
        assert_eq!(deleted, json!({"message": "Organization deleted successfully"}));
        olga.get(&path).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn name_and_customizations_change_together_or_not_at_all() {
    on_each(async |world| {
        let (olga, acme, path) = org(world).await;
        let looks = json!({"theme": "dark", "logo_url": "https://cdn.example.com/l.png", "branding_color": "#336699"});
        let both = json!({"name": "New", "customizations": looks});
        let updated = olga.patch(&path, both).await.ok(200);
        assert_eq!((&updated["name"], &updated["customizations"]), (&json!("New"), &looks));
        let half = json!({"name": "Newer", "customizations": {"branding_color": "red"}});
        let wrong = olga.patch(&path, half).await.problem(400, "invalid_value");
        assert_eq!(wrong["errors"][0]["field"], "/customizations/branding_color");
        let half = json!({"name": "", "customizations": {"branding_color": "#ffffff"}});
        let wrong = olga.patch(&path, half).await.problem(400, "invalid_value");
        assert_eq!(wrong["errors"][0]["field"], "/name");
        let shown = olga.get(&path).await.ok(200);
        assert_eq!((&shown["name"], &shown["customizations"]), (&json!("New"), &looks));
        let part = olga.patch(&path, json!({"customizations": {"theme": null}})).await.ok(200);
        let rest = json!({"logo_url": looks["logo_url"], "branding_color": "#336699"});
        assert_eq!(part["customizations"], rest, "what is absent stays");
        // Whoever may change the one and not the other changes neither.
        let key = json!({"title": "K", "permissions": ["organizations.read", "organizations.update"]});
        let key = olga.post(&of(&acme, "api-keys"), key).await.ok(201);
        let key = world.with(Some(format!("Api-Key {}", key["secret"].as_str().unwrap())));
        let both = json!({"name": "Newest", "customizations": {}});
        key.patch(&path, both).await.problem(403, "permission_denied");
        assert_eq!(olga.get(&path).await.ok(200)["name"], "New");
        let own = key.get(&path).await.ok(200);
        assert_eq!(own["customizations"], json!({}), "a key that may not see them");
    })
    .await;
}

#[tokio::test]
async fn customizations_are_fetched_and_replaced() {
    on_each(async |world| {
        let (olga, acme, path) = org(world).await;
        let path = format!("{path}/customizations");
        assert_eq!(olga.get(&path).await.ok(200), json!({}));
        let looks = json!({"theme": "light", "logo_url": PNG, "branding_color": "#336699"});
        assert_eq!(put(&olga, &path, json!({"customizations": looks})).await.ok(200), looks);
        let fewer = json!({"theme": "auto"});
        assert_eq!(put(&olga, &path, json!({"customizations": fewer})).await.ok(200), fewer);
        assert_eq!(olga.get(&path).await.ok(200), fewer);
        put(&olga, &path, json!({})).await.problem(400, "missing_field");
        // What the document does not know of stays.
        let canonical = of(&acme, "customizations");
        let whole = json!({"theme": "DARK", "branding_color": "#000000", "enforced": ["theme", "texts.hello"],
            "texts": {"hello": {"en": "Hello"}}});
        put(&olga, &canonical, whole).await.ok(200);
        put(&olga, &path, json!({"customizations": {"branding_color": "#111111"}})).await.ok(200);
        let kept = olga.get(&canonical).await.ok(200);
        assert_eq!(kept["texts"], json!({"hello": {"en": "Hello"}}), "{kept}");
        assert_eq!(kept["enforced"], json!(["texts.hello"]), "{kept}");
        // Whoever sends back what they read does not come to say what they inherit.
        let north = child(&olga, &acme, "North").await;
        let below = format!("/orgs/{north}/customizations");
        let seen = olga.get(&below).await.ok(200);
        assert_eq!(put(&olga, &below, json!({"customizations": seen})).await.ok(200), seen);
        assert_eq!(olga.get(&of(&north, "customizations")).await.ok(200)["version"], 0);
        let svg = json!({"customizations": {"logo_url": "data:image/svg+xml;base64,PHN2Zy8+"}});
        let wrong = put(&olga, &path, svg).await.problem(400, "invalid_value");
        assert_eq!(wrong["errors"][0]["field"], "/customizations/logo_url");
    })
    .await;
}

#[tokio::test]
async fn the_logs_and_the_consumption_are_listed_as_rows() {
    on_each(async |world| {
        let (olga, acme, path) = org(world).await;
        let north = child(&olga, &acme, "North").await;
        world.sign_in("olga").await;
        olga.get(&format!("{path}/access_log")).await.ok(200);
        access_log::flush(&world.app).await.unwrap();
        consumption::flush(&world.app).await.unwrap();
        let log = olga.get(&format!("{path}/access_log")).await.ok(200);
        let login = log.as_array().unwrap().iter().find(|row| row["action"] == "LOGIN").expect("a sign-in");
        assert_eq!((&login["user"], &login["status"]), (&json!("olga@example.com"), &json!("SUCCESS")));
        assert!(login["timestamp"].is_string() && login.as_object().unwrap().len() == 4, "{login}");
        // Whoever asks by the document's paths is on the record as well.
        let own = olga.get(&of(&acme, "access-log?filter=action=API_REQUEST")).await.ok(200);
        let routes: Vec<_> = own["access_log"].as_array().unwrap().iter().map(|row| &row["route"]).collect();
        assert!(routes.contains(&&json!("/orgs/{org_id}/access_log")), "{routes:?}");
        let audit = olga.get(&format!("{path}/children_audit")).await.ok(200);
        let made = audit.as_array().unwrap().iter().find(|row| row["action"] == "organization.created");
        assert_eq!(made.expect("the child's event")["org_id"], json!(north));
        assert!(audit.as_array().unwrap().iter().all(|row| row["org_id"] != json!(acme)));
        let used = olga.get(&format!("{path}/consumption")).await.ok(200);
        let requests = used.as_array().unwrap().iter().find(|row| row["resource"] == "api_requests");
        assert!(requests.expect("requests")["quantity"].as_i64().unwrap() > 0, "{used}");
    })
    .await;
}

#[tokio::test]
async fn keys_tags_and_children_are_listed_and_made() {
    on_each(async |world| {
        let (olga, acme, path) = org(world).await;
        let keys = format!("{path}/api_keys");
        let made = olga.post(&keys, json!({"name": "CI", "permissions": ["members.read"]})).await.ok(200);
        let secret = made["key"].as_str().unwrap();
        world.with(Some(format!("Api-Key {secret}"))).get(&of(&acme, "members")).await.ok(200);
        let listed = olga.get(&keys).await;
        assert!(!listed.text.contains(secret), "it is shown once");
        assert_eq!(listed.ok(200)[0]["name"], "CI");
        let one = format!("{keys}/{}", id(&made));
        olga.delete(&one).await.ok(200);
        world
            .with(Some(format!("Api-Key {secret}")))
            .get(&of(&acme, "members"))
            .await
            .problem(401, "unauthenticated");
        olga.post(&format!("{path}/tags"), json!({"name": "On call"})).await.ok(200);
        assert_eq!(olga.get(&format!("{path}/tags")).await.ok(200)[0]["name"], "On call");
        let north = child(&olga, &acme, "North").await;
        let children = olga.get(&format!("{path}/children")).await.ok(200);
        assert_eq!((&children[0]["id"], &children[0]["name"]), (&json!(north), &json!("North")));
    })
    .await;
}

/// "401 Unauthorized: Authentication failed or invalid API key"; "404 Not Found"; "400 Bad Request".
#[tokio::test]
async fn the_printed_codes_are_answered() {
    on_each(async |world| {
        let (olga, _, path) = org(world).await;
        world.nobody().get(&path).await.problem(401, "unauthenticated");
        let wrong = "Api-Key pol_key_nonsense".to_owned();
        world.with(Some(wrong)).get(&path).await.problem(401, "unauthenticated");
        for what in
            ["", "/access_log", "/children_audit", "/consumption", "/customizations", "/tags", "/children"]
        {
            olga.get(&format!("/orgs/org-123{what}")).await.problem(404, "not_found");
            let never = format!("/orgs/org_01h455vb4pex5vsknk084sn02q{what}");
            olga.get(&never).await.problem(404, "not_found");
        }
        olga.patch(&path, json!({"name": 7})).await.problem(400, "invalid_type");
        let ada = world.join(&olga, &path["/orgs/".len()..], "ada", roles::MEMBER).await;
        ada.patch(&path, json!({"name": "Mine"})).await.problem(403, "permission_denied");
    })
    .await;
}
