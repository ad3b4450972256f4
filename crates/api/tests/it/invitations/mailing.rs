//! What an invitation puts into other people's mailboxes.

use polity_testkit::{PASSWORD, json, on_each, on_each_with};

use crate::rights::{id, of};

#[tokio::test]
async fn inv_11_all_organizations_together_send_an_address_no_more_than_its_share() {
    on_each_with(
        |settings| settings.mails_per_address_per_hour = 3,
        async |world| {
            let (olga, acme) = world.tenant("Acme", "olga").await;
            let (otto, beta) = world.tenant("Beta", "otto").await;
            let victim = json!({"email": "ada@example.com"});
            let made = id(&olga.post(&of(&acme, "invitations"), victim.clone()).await.ok(201));
            let resend = of(&acme, &format!("invitations/{made}/resend"));
            olga.post(&resend, json!({})).await.ok(200);
            otto.post(&of(&beta, "invitations"), json!({"email": "ADA@Example.com"})).await.ok(201);
            // The fourth is sent by nobody and by no way; others get theirs.
            let refused = olga.post(&resend, json!({})).await;
            assert!(!refused.header("retry-after").is_empty());
            refused.problem(429, "too_many_requests");
            let (gwen, gamma) = world.tenant("Gamma", "gwen").await;
            gwen.post(&of(&gamma, "invitations"), victim.clone()).await.problem(429, "too_many_requests");
            let rows = json!({"invitations": [victim, {"email": "bob@example.com"}]});
            let rows = gwen.post(&of(&gamma, "invitations/batch-create"), rows).await.ok(200);
            assert_eq!(
                (&rows["results"][0]["code"], &rows["results"][1]["status"]),
                (&json!("too_many_requests"), &json!("CREATED"))
            );
            world.deliver().await;
            // Acme's first letter was overtaken by its second before it left.
            assert_eq!(world.mail.to("ada@example.com").len(), 2);
            assert_eq!(world.mail.to("bob@example.com").len(), 1);
            world.clock.advance(3_600);
            let olga = world.sign_in("olga").await;
            olga.post(&resend, json!({})).await.ok(200);
        },
    )
    .await;
}

#[tokio::test]
async fn inv_11_names_and_notes_are_neither_markup_nor_links_nor_headers_in_a_letter() {
    on_each(async |world| {
        let name = "<b>Olga</b> https://evil.test/n";
        let body = json!({"email": "olga@example.com", "password": PASSWORD, "display_name": name});
        world.nobody().post("/api/v1/auth/register", body).await.ok(201);
        let token = world.mailed_token("olga@example.com").await;
        let session = world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
        let olga = world.signed_in(&session);
        let title = "\"><img src=x onerror=alert(1)> https://evil.test/t";
        let acme = id(&olga.post("/api/v1/organizations", json!({"title": title})).await.ok(201));
        let role = json!({"title": "<a href=//evil.test>Boss</a>", "permissions": []});
        let role = id(&olga.post(&of(&acme, "roles"), role).await.ok(201));
        let message = "<script>alert(1)</script> [you](https://evil.test/m) {{ words.link }}";
        for locale in ["en", "de"] {
            let email = format!("{locale}@example.com");
            let body = json!({"email": email, "roles": [role], "message": message, "locale": locale});
            olga.post(&of(&acme, "invitations"), body).await.ok(201);
            world.deliver().await;
            let letter = world.mail.to(&email).pop().unwrap();
            for markup in ["<img", "<script", "<b>"] {
                assert!(!letter.html.contains(markup), "{markup} in {}", letter.html);
            }
            for part in [&letter.html, &letter.text, &letter.subject] {
                assert!(!part.contains("https://evil.test"), "{part}");
            }
            assert_eq!(letter.html.matches("<a ").count(), 1, "its own: {}", letter.html);
            assert_eq!(letter.html.matches("<a href=\"https://polity.test/").count(), 1, "{}", letter.html);
            assert!(!letter.subject.contains(char::is_control), "{:?}", letter.subject);
        }
        // A line break reaches nothing that becomes a header.
        let path = of(&acme, "invitations");
        for body in [
            json!({"email": "a@example.com\r\nBcc: eve@evil.test"}),
            json!({"email": "a@example.com", "message": "Hello\r\nBcc: eve@evil.test"}),
            json!({"email": "a@example.com", "locale": "en\r\nBcc: eve@evil.test"}),
        ] {
            assert_eq!(olga.post(&path, body).await.status, 400);
        }
        let title = json!({"title": "Acme\r\nBcc: eve@evil.test"});
        olga.post("/api/v1/organizations", title).await.problem(400, "invalid_value");
        world.deliver().await;
        assert!(world.mail.to("eve@evil.test").is_empty());
    })
    .await;
}
