//! The mail that Polity sends for an organization says what the organization wants.

use polity_testkit::{Method, json, on_each, roles};

use super::put;
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn an_invitation_is_written_in_the_organizations_words_and_the_readers_language() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme & Co", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let body = json!({"mail_templates": {"invitation": {
            "de": {"subject": "Zu {{ organization }}", "text": "Hallo,\n\n{{inviter}} lädt ein:\n{{message}}\n\n{{link}}"},
            "en-GB": {"subject": "{{organization}} calls", "text": "Come by {{expire_time}} as {{roles}}: {{link}}"},
        }}});
        put(&owner, &acme, body).await.ok(200);
        let invite = async |name: &str, locale: &str| {
            let body = json!({"email": format!("{name}@example.com"), "locale": locale, "message": "<b>1</b> zwei"});
            owner.post(&of(&below, "invitations"), body).await.ok(201);
            world.deliver().await;
            let letters = world.mail.to(&format!("{name}@example.com"));
            let letter = letters.last().unwrap();
            (letter.subject.clone(), letter.text.clone(), letter.html.clone(), letter.link.clone().unwrap())
        };
        let (subject, text, html, link) = invite("ada", "de-AT").await;
        assert_eq!(subject, "Zu Works");
        assert_eq!(text, format!("Hallo,\n\nolga lädt ein:\n<b>1</b> zwei\n\n{link}\n"));
        assert!(html.contains("<html lang=\"de\">") && html.contains("<p>Hallo,</p>"), "{html}");
        assert!(html.contains("olga lädt ein:<br>\n&#60;b&#62;1&#60;/b&#62; zwei"), "{html}");
        assert!(html.contains(&format!("<a href=\"{link}\">{link}</a>")), "{html}");
        let (subject, text, _, link) = invite("bob", "en").await;
        assert_eq!(subject, "Works calls");
        assert_eq!(text, format!("Come by 7 February 2026, 12:00 UTC as Member: {link}\n"));
        let (subject, ..) = invite("eve", "fr").await;
        assert_eq!(subject, "Invitation to Works", "there are no words of the organization in this language");
        // The token of such a mail works.
        let guest = world.person("gus").await;
        world.invite(&owner, &below, "gus", roles::MEMBER).await;
        let token = world.mailed_token("gus@example.com").await;
        guest.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        put(&owner, &acme, json!({})).await.ok(200);
        assert_eq!(invite("zoe", "de").await.0, "Einladung zu Works");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inv_11_web_09_what_a_template_says_is_neither_markup_nor_header_nor_another_link() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("<i>Acme</i> {{link}}", "olga").await;
        let text = "<script>alert(1)</script> </p><a href=//evil.example>x</a> {{organization}}\n{{link}}";
        let body = json!({"mail_templates": {"invitation": {"en": {
            "subject": "<b>{{organization}}</b> {{inviter}}", "text": text,
        }}}});
        let preview = owner.post(&of(&acme, "customizations/preview"), body.clone()).await.ok(200);
        put(&owner, &acme, body).await.ok(200);
        let message = "https://evil.example {{link}} {{secret}}";
        let invitation = json!({"email": "ada@example.com", "locale": "en", "message": message});
        owner.post(&of(&acme, "invitations"), invitation).await.ok(201);
        world.deliver().await;
        let letters = world.mail.to("ada@example.com");
        let letter = letters.last().unwrap();
        for html in [letter.html.as_str(), preview["mails"][0]["html"].as_str().unwrap()] {
            assert!(
                !html.contains("<script") && !html.contains("<i>") && !html.contains("<a href=//"),
                "{html}"
            );
            assert_eq!(html.matches("<a ").count(), 1, "{html}");
            assert!(html.contains("{{link}}"), "what people have typed is no template: {html}");
        }
        assert_eq!(letter.subject, "<b><i>Acme</i> {{link}}</b> olga");
        assert_eq!(letter.text.matches("https://").count(), 1, "{}", letter.text);
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_the_mails_with_sample_data_and_changes_nothing() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"theme": "DARK", "mail_templates": {"invitation": {
            "en": {"subject": "Join {{organization}}", "text": "{{inviter}}: {{message}}\n{{link}}"},
            "de": {"subject": "Zu {{organization}}", "text": "{{link}}"},
        }}});
        let path = of(&acme, "customizations/preview");
        let preview = owner.post(&path, body).await;
        assert_eq!((preview.status, preview.header("polity-revision")), (200, ""), "{}", preview.text);
        let mails = preview.body["mails"].as_array().unwrap();
        assert_eq!(mails.len(), 2);
        assert_eq!((&mails[1]["locale"], &mails[1]["subject"]), (&json!("en"), &json!("Join Acme")));
        let text = mails[1]["text"].as_str().unwrap();
        assert!(
            text.starts_with("Grace Example: Welcome!") && text.contains("https://polity.test/"),
            "{text}"
        );
        let token = text.split("token=").nth(1).unwrap().trim().to_owned();
        let opened = world.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await;
        assert!(opened.status >= 400, "{}", opened.text);
        assert_eq!(preview.body["effective"]["theme"]["value"], "DARK");
        let none = owner.send(Method::GET, &of(&acme, "customizations"), None).await.ok(200);
        assert_eq!((&none["version"], &none["effective"]["theme"]), (&json!(0), &json!(null)));
    })
    .await;
}
