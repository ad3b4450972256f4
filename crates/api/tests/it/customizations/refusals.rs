//! What is not accepted, and who may not.

use polity_testkit::{Value, json, on_each, roles};

use super::{get, put};
use crate::rights::{child, of};

fn template(subject: &str, text: &str) -> Value {
    json!({"mail_templates": {"invitation": {"en": {"subject": subject, "text": text}}}})
}

#[tokio::test]
async fn web_04_web_09_nothing_that_could_run_or_load_from_elsewhere_becomes_a_customization() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let svg = "data:image/svg+xml;base64,PHN2Zy8+";
        let html_as_png = "data:image/png;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==";
        let mail = "/mail_templates/invitation/en";
        for (body, field) in [
            (json!({"logo_data_uri": svg}), "/logo_data_uri".to_owned()),
            (json!({"logo_data_uri": html_as_png}), "/logo_data_uri".to_owned()),
            (json!({"logo_data_uri": "javascript:alert(1)"}), "/logo_data_uri".to_owned()),
            (json!({"logo_url": "http://cdn.example.com/a.png"}), "/logo_url".to_owned()),
            (json!({"logo_url": "javascript:alert(1)"}), "/logo_url".to_owned()),
            (json!({"logo_url": "https://a.example/x\");background:url(//e"}), "/logo_url".to_owned()),
            (json!({"logo_url": "https://a.example/x", "logo_data_uri": svg}), "/logo_url".to_owned()),
            (json!({"branding_color": "red;background:url(//e)"}), "/branding_color".to_owned()),
            (json!({"branding_color": "#12345"}), "/branding_color".to_owned()),
            (json!({"texts": {"A": {"en": "x"}}}), "/texts/A".to_owned()),
            (json!({"texts": {"a": {"e_n": "x"}}}), "/texts/a/e_n".to_owned()),
            (json!({"texts": {"a": {"en": "x\u{202e}y"}}}), "/texts/a/en".to_owned()),
            (json!({"enforced": ["theme"]}), "/enforced".to_owned()),
            (json!({"mail_templates": {"registration": {}, "welcome": {}}}), "/mail_templates".to_owned()),
            (template("Join\r\nBcc: evil@x.example", "{{link}}"), format!("{mail}/subject")),
            (template("Join {{link}}", "{{link}}"), format!("{mail}/subject")),
            (template("Join", "no link"), format!("{mail}/text")),
            (template("Join", "{{link}} {{token}}"), format!("{mail}/text")),
            (template("Join", "{{link}} https://evil.example"), format!("{mail}/text")),
        ] {
            let problem = put(&owner, &acme, body.clone()).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
            let preview = owner.post(&of(&acme, "customizations/preview"), body).await;
            assert_eq!(preview.status, 400, "{}", preview.text);
        }
        let unknown = put(&owner, &acme, template("Join", "{{link}} {{token}}")).await;
        assert!(unknown.text.contains("`token`"), "{}", unknown.text);
        for body in [json!({"theme": "PURPLE"}), json!({"css": "*{}"}), json!({"texts": {"a": "x"}})] {
            let answer = put(&owner, &acme, body).await;
            assert_eq!(answer.status, 400, "{}", answer.text);
        }
        assert_eq!(get(&owner, &acme).await["version"], 0);
    })
    .await;
}

#[tokio::test]
async fn ten_09_customizations_are_changed_by_their_own_people_and_those_above_only() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (other, _) = world.tenant("Beta", "otto").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::ADMIN).await;
        let member = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let body = json!({"theme": "DARK"});
        for actor in [&other, &local] {
            put(actor, &acme, body.clone()).await.problem(404, "not_found");
            actor.get(&of(&acme, "customizations")).await.problem(404, "not_found");
            actor.get(&of(&acme, "customizations/versions")).await.problem(404, "not_found");
            actor.post(&of(&acme, "customizations/preview"), body.clone()).await.problem(404, "not_found");
        }
        let denied = put(&member, &acme, body.clone()).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "customizations.update");
        member
            .post(&of(&acme, "customizations/preview"), body.clone())
            .await
            .problem(403, "permission_denied");
        put(&owner, &below, body).await.ok(200);
        assert_eq!(get(&member, &acme).await["version"], 0);
    })
    .await;
}
