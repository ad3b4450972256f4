//! Versions, and what is inherited.

use polity_testkit::{Method, json, on_each, roles};

use super::{get, put};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn every_change_is_a_version_and_an_old_one_can_be_taken_up_again() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let none = owner.get(&of(&acme, "customizations")).await;
        let tag = none.header("etag").to_owned();
        assert_eq!((&none.body["version"], none.body.get("theme")), (&json!(0), None), "{}", none.text);
        let first = json!({
            "theme": "DARK", "branding_color": "#AABBCC", "logo_url": "https://cdn.example.com/a.png",
            "texts": {"welcome": {"en": "Hi", "de": "Hallo"}}, "enforced": ["theme", "texts.welcome"],
        });
        let made = put(&owner.header("if-match", &tag), &acme, first.clone()).await.ok(200);
        assert_eq!((&made["version"], &made["branding_color"]), (&json!(1), &json!("#aabbcc")));
        assert_eq!(made["texts"], first["texts"]);
        put(&owner.header("if-match", &tag), &acme, json!({})).await.problem(412, "etag_mismatch");
        let same = put(&owner, &acme, first).await;
        assert_eq!((same.header("polity-revision"), &same.body["version"]), ("", &json!(1)));
        let second = put(&owner, &acme, json!({"theme": "LIGHT"})).await.ok(200);
        assert_eq!((&second["version"], second.get("branding_color")), (&json!(2), None), "replaced whole");
        let path = of(&acme, "customizations/versions/1/rollback");
        let back = owner.send(Method::POST, &path, None).await;
        let back = back.ok(200);
        assert_eq!((&back["version"], &back["restored_version"]), (&json!(3), &json!(1)));
        assert_eq!((&back["theme"], &back["logo_url"]), (&made["theme"], &made["logo_url"]));
        let versions = owner.get(&of(&acme, "customizations/versions?page_size=2")).await.ok(200);
        let numbers: Vec<_> =
            versions["versions"].as_array().unwrap().iter().map(|one| one["version"].clone()).collect();
        assert_eq!(numbers, [3, 2], "{versions}");
        let token = versions["next_page_token"].as_str().unwrap();
        let path = of(&acme, &format!("customizations/versions?page_size=2&page_token={token}"));
        assert_eq!(owner.get(&path).await.ok(200)["versions"][0]["version"], 1);
        let path = of(&acme, "customizations/versions?filter=version%3E1&order_by=version");
        assert_eq!(owner.get(&path).await.ok(200)["versions"][0]["version"], 2);
        for gone in ["4", "0", "4294967295"] {
            let path = of(&acme, &format!("customizations/versions/{gone}/rollback"));
            owner.send(Method::POST, &path, None).await.problem(404, "not_found");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_newest_fifty_versions_are_kept_and_the_current_one_goes_along_to_another_tree() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        for number in 0..52 {
            let body = json!({"branding_color": format!("#0000{number:02}")});
            put(&owner, &below, body).await.ok(200);
        }
        let kept = async || {
            let path = of(&below, "customizations/versions?show_total=true&order_by=version");
            let list = owner.get(&path).await.ok(200);
            (list["total_size"].clone(), list["versions"][0]["version"].clone())
        };
        assert_eq!(kept().await, (json!(50), json!(3)));
        let path = of(&below, "customizations/versions/2/rollback");
        owner.send(Method::POST, &path, None).await.problem(404, "not_found");
        owner.post(&of(&below, "move"), json!({"parent": null})).await.ok(200);
        assert_eq!(kept().await, (json!(1), json!(52)));
        assert_eq!(put(&owner, &below, json!({})).await.ok(200)["version"], 53);
        assert_eq!(kept().await, (json!(2), json!(52)));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_an_organization_does_not_say_it_inherits_part_by_part() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::ADMIN).await;
        let above = json!({
            "theme": "DARK", "branding_color": "#000001", "enforced": ["branding_color", "texts.a"],
            "texts": {"a": {"en": "A"}, "b": {"en": "B", "de": "B"}},
        });
        put(&owner, &acme, above).await.ok(200);
        let own = json!({"theme": "LIGHT", "texts": {"b": {"en": "bb"}}});
        let effective = put(&local, &below, own).await.ok(200)["effective"].clone();
        let (own, above) = (format!("organizations/{below}"), "above");
        assert_eq!(effective["theme"], json!({"value": "LIGHT", "mode": "default", "source": own}));
        assert_eq!(
            effective["branding_color"],
            json!({"value": "#000001", "mode": "enforced", "source": above})
        );
        assert_eq!(effective["texts"]["b"], json!({"value": {"en": "bb"}, "mode": "default", "source": own}));
        assert_eq!(effective["texts"]["a"]["source"], above);
        assert_eq!(
            get(&owner, &below).await["effective"]["texts"]["a"]["source"],
            format!("organizations/{acme}")
        );
        for body in
            [json!({"branding_color": "#000001"}), json!({"theme": "LIGHT", "texts": {"a": {"en": "A"}}})]
        {
            let refused = put(&local, &below, body).await;
            assert!(!refused.text.contains(&acme), "{}", refused.text);
            refused.problem(409, "setting_enforced");
        }
        // What was said before it was enforced may stay, and may go.
        put(&owner, &acme, json!({"theme": "DARK", "enforced": ["theme"]})).await.ok(200);
        let kept = json!({"theme": "LIGHT", "branding_color": "#123456"});
        assert_eq!(put(&local, &below, kept).await.ok(200)["effective"]["theme"]["value"], "DARK");
        put(&local, &below, json!({"theme": "AUTO"})).await.problem(409, "setting_enforced");
        put(&local, &below, json!({})).await.ok(200);
        let path = of(&below, "customizations/versions/2/rollback");
        local.send(Method::POST, &path, None).await.problem(409, "setting_enforced");
        let shut = json!({"inherits_settings": false});
        owner.patch(&format!("/api/v1/organizations/{below}"), shut).await.ok(200);
        assert_eq!(get(&local, &below).await["effective"], json!({"texts": {}, "mail_templates": {}}));
        assert_sound(world).await;
    })
    .await;
}
