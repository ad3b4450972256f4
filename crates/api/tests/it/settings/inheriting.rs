//! What counts where.

use polity_testkit::{Method, json, on_each, roles};

use super::{effective, name, set};
use crate::rights::{assert_sound, child, of};

const DAYS: &str = "api_keys.max_lifetime_days";

#[tokio::test]
async fn the_nearest_default_counts_unless_something_is_enforced_above() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let deepest = child(&owner, &below, "Shop").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(0), None));
        set(&owner, &acme, DAYS, json!(300), "default").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(300), Some(name(&acme))));
        set(&owner, &below, DAYS, json!(200), "default").await;
        set(&owner, &deepest, DAYS, json!(100), "default").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(100), Some(name(&deepest))));
        set(&owner, &below, DAYS, json!(50), "enforced").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(50), Some(name(&below))));
        set(&owner, &acme, DAYS, json!(70), "enforced").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(70), Some(name(&acme))));
        assert_eq!(effective(&owner, &below, DAYS).await, (json!(70), Some(name(&acme))));
        let own = owner.get(&of(&deepest, "settings")).await.ok(200);
        assert_eq!(own["settings"][DAYS], json!({"value": 100, "mode": "default"}), "what was set stays set");
        owner.patch(&of(&acme, "settings"), json!({"settings": {DAYS: null}})).await.ok(200);
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(50), Some(name(&below))));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_enforced_above_cannot_be_set_below_but_taken_away() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        set(&owner, &below, DAYS, json!(10), "default").await;
        set(&owner, &acme, DAYS, json!(70), "enforced").await;
        for mode in ["default", "enforced"] {
            let body = json!({"settings": {
                "organizations.children_allowed": {"value": false}, DAYS: {"value": 90, "mode": mode},
            }});
            let problem = owner.patch(&of(&below, "settings"), body).await.problem(409, "setting_enforced");
            assert_eq!(problem["errors"][0]["field"], format!("/settings/{DAYS}"), "{problem}");
        }
        let own = owner.get(&of(&below, "settings")).await.ok(200);
        assert_eq!(own["settings"].as_object().unwrap().len(), 1, "all or nothing: {own}");
        let left = owner.patch(&of(&below, "settings"), json!({"settings": {DAYS: null}})).await.ok(200);
        assert_eq!(left["settings"], json!({}));
        set(&owner, &acme, DAYS, json!(80), "enforced").await;
    })
    .await;
}

#[tokio::test]
async fn settings_come_down_by_edges_that_inherit_them_and_from_the_root_in_any_case() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let deepest = child(&owner, &below, "Shop").await;
        set(&owner, &acme, DAYS, json!(300), "enforced").await;
        let shut = json!({"inherits_settings": false});
        owner.patch(&format!("/api/v1/organizations/{below}"), shut).await.ok(200);
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(0), None));
        set(&root, "root", DAYS, json!(400), "default").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(400), Some("above".to_owned())));
        assert_eq!(effective(&root, "root", DAYS).await, (json!(400), Some("organizations/root".to_owned())));
        set(&owner, &deepest, DAYS, json!(5), "default").await;
        assert_eq!(effective(&owner, &deepest, DAYS).await, (json!(5), Some(name(&deepest))));
        set(&root, "root", DAYS, json!(30), "enforced").await;
        for at in [&acme, &below, &deepest] {
            assert_eq!(effective(&owner, at, DAYS).await, (json!(30), Some("above".to_owned())));
            let body = json!({"settings": {DAYS: {"value": 1}}});
            owner.patch(&of(at, "settings"), body).await.problem(409, "setting_enforced");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_09_whoever_may_not_see_an_organization_above_learns_its_settings_but_not_its_name() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::ADMIN).await;
        set(&owner, &acme, DAYS, json!(300), "enforced").await;
        let seen = local.get(&of(&below, "settings/effective")).await;
        assert!(!seen.text.contains(&acme), "{}", seen.text);
        assert_eq!(seen.body["settings"][DAYS]["source"], "above");
        assert_eq!(effective(&owner, &below, DAYS).await.1, Some(name(&acme)));
        local.get(&of(&acme, "settings")).await.problem(404, "not_found");
        let body = json!({"settings": {DAYS: {"value": 1}}});
        local.patch(&of(&acme, "settings"), body.clone()).await.problem(404, "not_found");
        let refused = local.patch(&of(&below, "settings"), body).await;
        assert!(!refused.text.contains(&acme), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_out_of_what_is_enforced_by_shutting_the_edge_from_below() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::OWNER).await;
        let path = format!("/api/v1/organizations/{below}");
        let (shut, open) = (json!({"inherits_settings": false}), json!({"inherits_settings": true}));
        set(&owner, &acme, DAYS, json!(300), "default").await;
        local.patch(&path, shut.clone()).await.ok(200);
        local.patch(&path, open.clone()).await.ok(200);
        set(&owner, &acme, DAYS, json!(300), "enforced").await;
        local.patch(&path, shut.clone()).await.problem(409, "setting_enforced");
        assert_eq!(effective(&local, &below, DAYS).await.0, 300);
        owner.patch(&path, shut.clone()).await.ok(200);
        assert_eq!(effective(&local, &below, DAYS).await.0, 0);
        owner.patch(&path, open).await.ok(200);
        // Nor does whoever owns one in between.
        let deep = child(&local, &below, "Hall").await;
        let path = format!("/api/v1/organizations/{deep}");
        local.patch(&path, shut.clone()).await.problem(409, "setting_enforced");
        owner.patch(&path, shut).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn inp_10_a_setting_has_a_key_that_is_known_and_a_value_of_its_type_and_bounds() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let domains = "invitations.allowed_email_domains";
        for (settings, field, code) in [
            (json!({"x~y/z": {"value": 1}}), "/settings/x~0y~1z", "unknown_setting"),
            (json!({"api_keys.max_lifetime": null}), "/settings/api_keys.max_lifetime", "unknown_setting"),
            (json!({DAYS: {"value": true}}), "/settings/api_keys.max_lifetime_days/value", "invalid_value"),
            (json!({DAYS: {"value": -1}}), "/settings/api_keys.max_lifetime_days/value", "invalid_value"),
            (json!({DAYS: {"value": 3651}}), "/settings/api_keys.max_lifetime_days/value", "invalid_value"),
            (
                json!({domains: {"value": ["example.com", "no domain"]}}),
                "/settings/invitations.allowed_email_domains/value",
                "invalid_value",
            ),
            (
                json!({domains: {"value": ["example.com", "a@example.com"]}}),
                "/settings/invitations.allowed_email_domains/value",
                "invalid_value",
            ),
        ] {
            let answer = owner.patch(&of(&acme, "settings"), json!({"settings": settings})).await;
            let problem = answer.problem(400, code);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        for settings in [
            json!({DAYS: {"value": 1.5}}),
            json!({DAYS: {"value": null}}),
            json!({DAYS: {"value": {"a": 1}}}),
            json!({DAYS: {"value": 1, "mode": "ENFORCED"}}),
            json!({DAYS: {"value": 1, "why": 2}}),
            json!({DAYS: {}}),
            json!([]),
        ] {
            let body = json!({"settings": settings});
            let answer = owner.patch(&of(&acme, "settings"), body).await;
            assert_eq!(answer.status, 400, "{settings}: {}", answer.text);
        }
        let many: Vec<_> = (0..101).map(|i| format!("d{i}.example")).collect();
        let body = json!({"settings": {domains: {"value": many}}});
        owner.patch(&of(&acme, "settings"), body).await.problem(400, "invalid_value");
        let none = owner.get(&of(&acme, "settings")).await.ok(200);
        assert_eq!(none["settings"], json!({}));
        let path = of(&acme, "settings/effective");
        let put = owner.send(Method::PATCH, &path, Some(json!({"settings": {}}))).await;
        put.problem(405, "method_not_allowed");
    })
    .await;
}
