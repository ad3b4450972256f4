//! Making organizations.

use polity_testkit::{json, on_each, on_each_with, roles};

use super::{at, key, tenant};
use crate::rights::{assert_sound, child, id, of};

#[tokio::test]
async fn whoever_makes_a_tenant_owns_it() {
    on_each(async |world| {
        let olga = world.person("olga").await;
        let body = json!({"title": "Müller & Söhne", "labels": {"env": "prod"}, "external_id": "crm-1", "region": "local"});
        let made = olga.post("/api/v1/organizations", body).await;
        let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let made = made.ok(201);
        assert_eq!((&made["slug"], &made["kind"]), (&json!("muller-sohne"), &json!("tenant")));
        assert_eq!((&made["state"], &made["labels"]), (&json!("ACTIVE"), &json!({"env": "prod"})));
        assert_eq!(made["name"], format!("organizations/{}", id(&made)));
        assert_eq!((&made["owner_display_name"], &made["owner_email"]), (&json!("olga"), &json!("olga@example.com")));
        assert!(made.get("parent").is_none() && made.get("inherits_roles").is_none());
        let again = olga.get(&place).await;
        assert_eq!(again.header("etag"), tag);
        assert_eq!(again.ok(200), made);
        let mine = olga.get("/api/v1/me/organizations").await.ok(200);
        assert_eq!(mine["organizations"][0]["role_titles"], json!(["Owner"]));
        assert_eq!(mine["organizations"][0]["sso_required"], json!(false));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_child_hangs_below_its_parent_and_inherits_from_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        let made = anna
            .post(
                "/api/v1/organizations",
                json!({"title": "Sales", "parent": format!("organizations/{acme}")}),
            )
            .await;
        assert!(made.header("polity-revision").starts_with(&format!("{acme}.")));
        let made = made.ok(201);
        assert_eq!(
            (&made["parent"], &made["kind"]),
            (&json!(format!("organizations/{acme}")), &json!("organization"))
        );
        assert_eq!(
            (&made["inherits_roles"], &made["owner_email"]),
            (&json!(true), &json!("anna@example.com"))
        );
        let sales = id(&made);
        assert_eq!(olga.get(&at(&sales)).await.ok(200)["title"], "Sales");
        // Anna is an owner of what she made, and of nothing else.
        assert_eq!(anna.delete(&at(&sales)).await.status, 204);
        anna.delete(&at(&acme)).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn when_administrators_make_the_tenants_others_are_refused() {
    on_each_with(
        |settings| settings.tenant_creation = polity_app::Who::Restricted,
        async |world| {
            let (root, olga) = (world.administrator().await, world.person("olga").await);
            let refused = olga.post("/api/v1/organizations", json!({"title": "Acme"})).await;
            assert_eq!(
                refused.problem(403, "permission_denied")["required_permission"],
                "organizations.create"
            );
            olga.post("/api/v1/organizations/root/children", json!({"title": "Acme"}))
                .await
                .problem(403, "permission_denied");
            let made = root.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
            assert_eq!(made["owner_email"], "root@polity.test");
            let other =
                root.post("/api/v1/organizations/root/children", json!({"title": "Beta"})).await.ok(201);
            assert!(other.get("parent").is_none(), "the root's children are tenants");
            world
                .nobody()
                .post("/api/v1/organizations", json!({"title": "Acme"}))
                .await
                .problem(401, "unauthenticated");
        },
    )
    .await;
}

#[tokio::test]
async fn a_key_makes_children_and_no_tenants() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let maker = key(world, &olga, &acme, &["organizations.create", "organizations.read"], true).await;
        maker.post("/api/v1/organizations", json!({"title": "Beta"})).await.problem(403, "person_required");
        let sales = child(&maker, &acme, "Sales").await;
        assert!(
            maker.get(&at(&sales)).await.ok(200).get("owner_email").is_none(),
            "ten_19: the key may not read members"
        );
        // Whoever owns the parent owns it.
        assert_eq!(olga.get(&at(&sales)).await.ok(200)["owner_email"], "olga@example.com");
        let members = olga.get("/api/v1/me/organizations").await.ok(200);
        assert_eq!(members["organizations"].as_array().map(Vec::len), Some(1));
        let reader = key(world, &olga, &acme, &["organizations.read"], true).await;
        let refused = reader.post(&of(&acme, "children"), json!({"title": "Ops"})).await;
        assert_eq!(refused.problem(403, "permission_denied")["required_permission"], "organizations.create");
    })
    .await;
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    on_each(async |world| {
        let olga = world.person("olga").await;
        let body = json!({"title": " ", "slug": "A", "external_id": "ü", "kind": "2nd", "region": "mars",
            "labels": {"-": "x"}});
        let problem = olga.post("/api/v1/organizations", body).await.problem(400, "invalid_value");
        let fields: Vec<_> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["/title", "/slug", "/external_id", "/kind", "/labels", "/region"]);
        olga.post("/api/v1/organizations", json!({})).await.problem(400, "missing_field");
        olga.post("/api/v1/organizations", json!({"title": "A", "state": "ACTIVE"}))
            .await
            .problem(400, "unknown_field");
        olga.post("/api/v1/organizations", json!({"title": "A", "parent": "user_1"}))
            .await
            .problem(400, "invalid_id");
        let none = olga.get("/api/v1/organizations").await.ok(200);
        assert_eq!(none["organizations"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_slug_is_unique_and_one_that_nobody_chose_gives_way() {
    on_each(async |world| {
        let olga = world.person("olga").await;
        let first = olga.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        let second = olga.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        assert_eq!(first["slug"], "acme");
        assert!(second["slug"].as_str().unwrap().starts_with("acme-"), "{}", second["slug"]);
        olga.post("/api/v1/organizations", json!({"title": "Other", "slug": "acme"}))
            .await
            .problem(409, "slug_taken");
        let foreign = olga.post("/api/v1/organizations", json!({"title": "株式会社"})).await.ok(201);
        assert!(foreign["slug"].as_str().unwrap().starts_with("org-"));
        let reserved = olga.post("/api/v1/organizations", json!({"title": "Admin"})).await.ok(201);
        assert!(reserved["slug"].as_str().unwrap().starts_with("admin-"));
    })
    .await;
}

#[tokio::test]
async fn ten_04_nobody_makes_a_child_of_what_they_do_not_see() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, _) = world.tenant("Evil", "eve").await;
        let bill = world.join(&olga, &acme, "bill", roles::READER).await;
        eve.post(&of(&acme, "children"), json!({"title": "X"})).await.problem(404, "not_found");
        eve.post("/api/v1/organizations", json!({"title": "X", "parent": acme}))
            .await
            .problem(404, "not_found");
        bill.post(&of(&acme, "children"), json!({"title": "X"})).await.problem(403, "permission_denied");
        let none = olga.get(&of(&acme, "children")).await.ok(200);
        assert_eq!(none["organizations"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_tree_is_at_most_32_levels_deep() {
    on_each(async |world| {
        let (olga, mut parent) = world.tenant("Level 0", "olga").await;
        let top = parent.clone();
        for level in 1..=32 {
            parent = child(&olga, &parent, &format!("Level {level}")).await;
        }
        olga.post(&of(&parent, "children"), json!({"title": "Too deep"})).await.problem(409, "too_deep");
        let other = tenant(&olga, "Other").await;
        olga.post(&of(&top, "move"), json!({"parent": other})).await.problem(409, "too_deep");
        let above = olga.get(&of(&parent, "ancestors")).await.ok(200);
        assert_eq!(above["organizations"].as_array().map(Vec::len), Some(32));
        assert_eq!(above["organizations"][0]["title"], "Level 31");
    })
    .await;
}
