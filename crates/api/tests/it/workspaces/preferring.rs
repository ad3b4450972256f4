//! What a workspace says of itself: the language and time zone of its people, and whom it takes in.

use polity_testkit::{json, on_each, roles};

use super::{Office, workspace_path};
use crate::rights::{assert_sound, id, of};

const DOMAINS: &str = "invitations.allowed_email_domains";
const LONGEST: &str = "invitations.max_ttl_seconds";

#[tokio::test]
async fn a_workspace_prefers_what_it_says_and_else_what_its_organization_prefers() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let path = office.path("/preferences");
        let name = format!("organizations/{acme}/workspaces/{}/preferences", office.workspace);
        assert_eq!(ada.get(&path).await.ok(200), json!({"name": name, "effective": {}}));
        owner
            .patch(&of(acme, "preferences"), json!({"locale": "de-AT", "time_zone": "Europe/Vienna"}))
            .await
            .ok(200);
        assert_eq!(
            ada.get(&path).await.ok(200),
            json!({"name": name, "effective": {"locale": "de-AT", "time_zone": "Europe/Vienna"}})
        );
        let seen = ada.get(&path).await.header("etag").to_owned();
        let changed = ada.header("if-match", &seen).patch(&path, json!({"locale": "fr"})).await.ok(200);
        assert_eq!(
            changed,
            json!({"name": name, "locale": "fr", "effective": {"locale": "fr", "time_zone": "Europe/Vienna"}})
        );
        ada.header("if-match", &seen)
            .patch(&path, json!({"locale": "it"}))
            .await
            .problem(412, "etag_mismatch");
        for (wrong, field) in
            [(json!({"locale": "x"}), "/locale"), (json!({"time_zone": "No Where"}), "/time_zone")]
        {
            let problem = ada.patch(&path, wrong).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], field);
        }
        ada.patch(&path, json!({"support_team_access": true})).await.problem(400, "unknown_field");
        // Invitations are written in that language, unless they name another one.
        let invite = async |body| owner.post(&of(acme, "invitations"), body).await.ok(201);
        let into = json!({"email": "kim@example.com", "workspace_id": office.workspace});
        assert_eq!(invite(into).await["locale"], "fr");
        assert_eq!(invite(json!({"email": "lea@example.com"})).await["locale"], "de-AT");
        assert_eq!(invite(json!({"email": "max@example.com", "locale": "en"})).await["locale"], "en");
        let cleared = ada.patch(&path, json!({"locale": null})).await.ok(200);
        assert_eq!(cleared["effective"]["locale"], "de-AT");
        // Who only looks at a workspace does not change it.
        let vera = super::bare(world, owner, acme, "vera").await;
        office.give(&vera, roles::WORKSPACE_VIEWER).await;
        vera.get(&path).await.ok(200);
        vera.patch(&path, json!({"locale": "it"})).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_workspace_narrows_whom_its_organization_lets_in_and_widens_it_never() {
    on_each(async |world| {
        let office = Office::found(world).await;
        let (owner, acme, ada) = (&office.owner, &office.organization, &office.admin);
        let path = office.path("/settings");
        let set = async |settings| ada.patch(&path, json!({"settings": settings})).await;
        let name = format!("organizations/{acme}/workspaces/{}/settings", office.workspace);
        assert_eq!(ada.get(&path).await.ok(200), json!({"name": name, "settings": {}}));
        let own = json!({DOMAINS: {"value": ["example.com"]}, LONGEST: {"value": 3600}});
        assert_eq!(set(own.clone()).await.ok(200), json!({"name": name, "settings": own}));
        let invite = async |email: &str, seconds: i64| {
            let body = json!({"email": email, "workspace_id": office.workspace, "ttl_seconds": seconds});
            ada.post(&of(acme, "invitations"), body).await
        };
        invite("kim@elsewhere.example", 3600).await.problem(400, "against_settings");
        invite("kim@example.com", 3601).await.problem(400, "invalid_value");
        let kim = world.person("kim").await;
        let made = invite("kim@example.com", 3600).await.ok(201);
        // Into the whole organization they are invited as before.
        let general = json!({"email": "lea@elsewhere.example", "ttl_seconds": 7200});
        owner.post(&of(acme, "invitations"), general).await.ok(201);
        // It is judged again when the invitation is sent again, changed and accepted, also for a member.
        let invitation = of(acme, &format!("invitations/{}", id(&made)));
        set(json!({DOMAINS: {"value": ["other.example"]}})).await.ok(200);
        ada.post(&format!("{invitation}/resend"), json!({})).await.problem(400, "against_settings");
        ada.patch(&invitation, json!({"ttl_seconds": 3601})).await.problem(400, "invalid_value");
        let token = world.mailed_token("kim@example.com").await;
        let accept = async || kim.post("/api/v1/invitations/accept", json!({"token": token})).await;
        accept().await.problem(409, "refused_by_settings");
        let add = json!({"user": kim.user_id, "roles": []});
        owner.post(&of(acme, "members"), add).await.ok(201);
        accept().await.problem(409, "refused_by_settings");
        set(json!({DOMAINS: null})).await.ok(200);
        // What the organization asks holds as well, also what it enforces.
        let enforced = json!({"settings": {DOMAINS: {"value": ["acme.example"], "mode": "enforced"}}});
        owner.patch(&of(acme, "settings"), enforced).await.ok(200);
        set(json!({DOMAINS: {"value": ["example.com"]}})).await.ok(200);
        accept().await.problem(409, "refused_by_settings");
        invite("zoe@acme.example", 60).await.problem(400, "against_settings");
        owner.patch(&of(acme, "settings"), json!({"settings": {DOMAINS: null}})).await.ok(200);
        assert_eq!(accept().await.status, 200);
        let copy = owner.post(&office.path("/clone"), json!({"title": "Copy"})).await.ok(201);
        let copied = owner.get(&workspace_path(acme, &id(&copy), "/settings")).await.ok(200);
        assert_eq!(copied["settings"][DOMAINS]["value"], json!(["example.com"]));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inp_10_a_workspaces_setting_is_one_of_its_keys_with_a_value_of_its_type() {
    on_each(async |world| {
        let office = Office::found(world).await;
        for (settings, field, code) in [
            (
                json!({"api_keys.max_lifetime_days": {"value": 1}}),
                "/settings/api_keys.max_lifetime_days",
                "unknown_setting",
            ),
            (json!({"x~y/z": null}), "/settings/x~0y~1z", "unknown_setting"),
            (
                json!({LONGEST: {"value": true}}),
                "/settings/invitations.max_ttl_seconds/value",
                "invalid_value",
            ),
            (json!({LONGEST: {"value": 0}}), "/settings/invitations.max_ttl_seconds/value", "invalid_value"),
            (
                json!({DOMAINS: {"value": ["no domain"]}}),
                "/settings/invitations.allowed_email_domains/value",
                "invalid_value",
            ),
        ] {
            let answer = office.admin.patch(&office.path("/settings"), json!({"settings": settings})).await;
            assert_eq!(answer.problem(400, code)["errors"][0]["field"], field);
        }
        let moded = json!({"settings": {LONGEST: {"value": 60, "mode": "enforced"}}});
        office.admin.patch(&office.path("/settings"), moded).await.problem(400, "unknown_field");
    })
    .await;
}
