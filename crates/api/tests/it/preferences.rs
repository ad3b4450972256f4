//! What an organization prefers for itself.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn nobody_lets_the_support_team_in_until_the_organization_says_so() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "preferences");
        let name = format!("organizations/{acme}/preferences");
        let first = owner.get(&path).await;
        let tag = first.header("etag").to_owned();
        assert_eq!(first.ok(200), json!({"name": name, "support_team_access": false}));
        let change = json!({"support_team_access": true, "locale": "de-AT", "time_zone": "Europe/Vienna"});
        let changed = owner.header("if-match", &tag).patch(&path, change.clone()).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.body["time_zone"], "Europe/Vienna");
        let seen = owner.get(&path).await;
        assert_eq!((&seen.body, seen.header("etag")), (&changed.body, changed.header("etag")));
        assert_eq!(seen.body["update_time"], "2026-01-31T12:00:00.000Z");
        owner.header("if-match", &tag).patch(&path, change.clone()).await.problem(412, "etag_mismatch");
        let same = owner.patch(&path, change).await;
        assert_eq!((same.status, same.header("polity-revision")), (200, ""), "nothing changed");
        let less = owner.patch(&path, json!({"locale": null})).await.ok(200);
        assert_eq!((less.get("locale"), &less["support_team_access"]), (None, &json!(true)));
        let path = of(&acme, "audit-events?filter=kind=preferences.updated");
        let events = owner.get(&path).await.ok(200);
        assert_eq!(events["audit_events"].as_array().unwrap().len(), 2, "{events}");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inp_03_inp_10_a_preference_that_is_not_of_its_form_is_refused() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "preferences");
        for (body, field, code) in [
            (json!({"locale": "de_AT"}), "/locale", "invalid_value"),
            (json!({"locale": "de\u{0}"}), "/locale", "invalid_value"),
            (json!({"time_zone": "Europe/../etc/passwd"}), "/time_zone", "invalid_value"),
            (json!({"time_zone": "<b>"}), "/time_zone", "invalid_value"),
            (json!({"support_team_access": "yes"}), "/support_team_access", "invalid_type"),
            (json!({"supportTeamAccess": true}), "/supportTeamAccess", "unknown_field"),
        ] {
            let problem = owner.patch(&path, body).await.problem(400, code);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        assert_eq!(owner.get(&path).await.ok(200)["support_team_access"], false);
    })
    .await;
}

#[tokio::test]
async fn ten_09_preferences_are_changed_by_their_own_people_and_those_above_only() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stranger, _) = world.tenant("Beta", "otto").await;
        let below = child(&owner, &acme, "Works").await;
        let member = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let local = world.join(&owner, &below, "lisa", roles::ADMIN).await;
        let change = json!({"support_team_access": true});
        stranger.get(&of(&acme, "preferences")).await.problem(404, "not_found");
        stranger.patch(&of(&acme, "preferences"), change.clone()).await.problem(404, "not_found");
        local.patch(&of(&acme, "preferences"), change.clone()).await.problem(404, "not_found");
        member.get(&of(&acme, "preferences")).await.ok(200);
        let denied = member.patch(&of(&acme, "preferences"), change.clone()).await;
        assert_eq!(denied.problem(403, "permission_denied")["required_permission"], "preferences.update");
        owner.patch(&of(&below, "preferences"), change).await.ok(200);
        let above = owner.get(&of(&acme, "preferences")).await.ok(200);
        assert_eq!(above["support_team_access"], false, "they are not inherited in any direction");
    })
    .await;
}

#[tokio::test]
async fn preferences_settings_and_limits_go_along_when_an_organization_leaves_its_tree() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let deepest = child(&owner, &below, "Shop").await;
        for at in [&below, &deepest] {
            owner.patch(&of(at, "preferences"), json!({"locale": "de"})).await.ok(200);
            let setting = json!({"settings": {"api_keys.max_lifetime_days": {"value": 90}}});
            owner.patch(&of(at, "settings"), setting).await.ok(200);
            owner.patch(&of(at, "limits"), json!({"limits": {"members": 7}})).await.ok(200);
        }
        let seen = async |at: &str| {
            let mut all = Vec::new();
            for what in ["preferences", "settings"] {
                all.push(owner.get(&of(at, what)).await.ok(200));
            }
            let limits = owner.get(&of(at, "limits")).await.ok(200);
            all.push(limits["limits"]["members"]["granted"].clone());
            all
        };
        let before = [seen(&below).await, seen(&deepest).await];
        owner.post(&of(&below, "move"), json!({"parent": null})).await.ok(200);
        assert_eq!([seen(&below).await, seen(&deepest).await], before);
        assert_sound(world).await;
        let made = owner.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201);
        let beta = made["id"].as_str().unwrap().to_owned();
        owner.post(&of(&below, "move"), json!({"parent": beta})).await.ok(200);
        assert_eq!([seen(&below).await, seen(&deepest).await], before);
        owner.patch(&of(&deepest, "preferences"), json!({"locale": "en"})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
