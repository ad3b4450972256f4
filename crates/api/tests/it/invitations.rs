//! Invitations, from the mail to the membership.

mod grouping;
mod mailing;
mod promising;
mod stopping;

use polity_testkit::{PASSWORD, json, on_each, roles};

#[tokio::test]
async fn a_newly_registered_person_joins_by_the_mailed_token() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = world.invite(&owner, &acme, "ada", roles::READER).await;
        assert_eq!(made["state"], "PENDING");
        assert_eq!(made["organization_display_name"], "Acme");
        let token = world.mailed_token("ada@example.com").await;
        let found = world.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await.ok(200);
        assert_eq!((&found["email"], &found["account_exists"]), (&json!("ada@example.com"), &json!(false)));
        let body = json!({"token": token, "display_name": "Ada", "password": PASSWORD});
        let accepted = world.nobody().post("/api/v1/invitations/accept", body).await.ok(200);
        let ada = world.signed_in(&accepted["session"]);
        let path = format!("/api/v1/organizations/{acme}/invitations/{}", made["id"].as_str().unwrap());
        let seen = ada.get(&path).await.ok(200);
        assert_eq!((&seen["state"], &seen["is_accepted"]), (&json!("ACCEPTED"), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn a_created_invitation_answers_with_its_place_its_tag_and_its_revision() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = format!("/api/v1/organizations/{acme}/invitations");
        let answer = owner.post(&path, json!({"email": "ada@example.com"})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert!(answer.header("polity-revision").starts_with(&format!("{acme}.")));
        let place = answer.header("location").to_owned();
        let tag = answer.header("etag").to_owned();
        let again = owner.get(&place).await;
        assert_eq!((again.status, again.header("etag")), (200, tag.as_str()));
        let unchanged = owner.header("if-none-match", &tag).get(&place).await;
        assert_eq!(unchanged.status, 304);
        owner.header("if-match", "\"r1\"").delete(&place).await.problem(412, "etag_mismatch");
        assert_eq!(owner.header("if-match", &tag).delete(&place).await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn inv_01_an_accepted_token_is_used_up() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.join(&owner, &acme, "ada", roles::MEMBER).await;
        let token = world.mailed_token("ada@example.com").await;
        let ada = world.nobody();
        let body = json!({"token": token, "display_name": "Ada", "password": PASSWORD});
        ada.post("/api/v1/invitations/accept", body).await.problem(409, "already_used");
    })
    .await;
}

#[tokio::test]
async fn inv_02_somebody_else_cannot_accept() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        let token = world.mailed_token("ada@example.com").await;
        let eve = world.person("eve").await;
        eve.post("/api/v1/invitations/accept", json!({"token": token})).await.problem(403, "wrong_account");
        eve.post("/api/v1/invitations/accept", json!({"id": made["id"]})).await.problem(404, "not_found");
        owner.get(&format!("/api/v1/organizations/{acme}/invitations?filter=state=PENDING")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn inv_04_an_invitation_ends_at_the_moment_it_expires() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let path = format!("/api/v1/organizations/{acme}/invitations");
        owner.post(&path, json!({"email": "ada@example.com", "ttl_seconds": 120})).await.ok(201);
        let token = world.mailed_token("ada@example.com").await;
        world.clock.advance_micros(120_000_000 - 1);
        let found = world.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await.ok(200);
        assert_eq!(found["state"], "PENDING");
        world.clock.advance_micros(1);
        ada.post("/api/v1/invitations/accept", json!({"token": token})).await.problem(409, "expired");
        let expired = owner.get(&format!("{path}?filter=state=EXPIRED")).await.ok(200);
        assert_eq!(expired["invitations"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn inv_06_of_twenty_accepts_at_once_one_makes_a_member() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        let token = world.mailed_token("ada@example.com").await;
        let tries = (0..20).map(|_| {
            let (ada, token) = (ada.clone(), token.clone());
            tokio::spawn(async move { ada.post("/api/v1/invitations/accept", json!({"token": token})).await })
        });
        let mut statuses = Vec::new();
        for tried in tries.collect::<Vec<_>>() {
            statuses.push(tried.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200);
        assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    })
    .await;
}

#[tokio::test]
async fn inv_08_a_registration_token_accepts_nothing() {
    on_each(async |world| {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada"});
        world.nobody().post("/api/v1/auth/register", body).await.ok(201);
        let token = world.mailed_token("ada@example.com").await;
        let answer = world.nobody().post("/api/v1/invitations/lookup", json!({"token": token})).await;
        answer.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn inv_12_a_second_invitation_for_an_address_in_another_case_is_refused() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        let path = format!("/api/v1/organizations/{acme}/invitations");
        owner.post(&path, json!({"email": "ADA@Example.COM"})).await.problem(409, "already_invited");
    })
    .await;
}

#[tokio::test]
async fn resending_makes_the_old_token_worthless_and_revives_an_expired_invitation() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.person("ada").await;
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        let old = world.mailed_token("ada@example.com").await;
        world.clock.advance(8 * 86_400);
        let owner = world.sign_in("olga").await;
        let ada = world.sign_in("ada").await;
        let path =
            format!("/api/v1/organizations/{acme}/invitations/{}/resend", made["id"].as_str().unwrap());
        assert_eq!(owner.post(&path, json!({})).await.ok(200)["state"], "PENDING");
        let new = world.mailed_token("ada@example.com").await;
        ada.post("/api/v1/invitations/accept", json!({"token": old})).await.problem(404, "not_found");
        ada.post("/api/v1/invitations/accept", json!({"token": new})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_batch_gives_one_result_a_row_and_can_be_repeated() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = format!("/api/v1/organizations/{acme}/invitations/batch-create");
        let rows = json!({"invitations": [
            {"email": "a@example.com"},
            {"email": "olga@example.com"},
            {"email": "b@example.com", "roles": [roles::ADMIN]},
        ]});
        let first = owner.post(&path, rows.clone()).await.ok(200);
        let statuses = |body: &polity_testkit::Value| -> Vec<String> {
            body["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["status"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(statuses(&first), ["CREATED", "REFUSED", "CREATED"]);
        assert_eq!(first["results"][1]["code"], "already_member");
        let again = owner.post(&path, rows).await.ok(200);
        assert_eq!(statuses(&again), ["EXISTING", "REFUSED", "EXISTING"]);
        world.deliver().await;
        assert_eq!(world.mail.to("a@example.com").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_paged_filtered_and_its_tokens_are_bound_to_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for name in ["a", "b", "c"] {
            world.clock.advance(1);
            world.invite(&owner, &acme, name, roles::MEMBER).await;
        }
        let path = format!("/api/v1/organizations/{acme}/invitations");
        let first = owner.get(&format!("{path}?page_size=2&show_total=true")).await.ok(200);
        assert_eq!(first["total_size"], 3);
        assert_eq!(first["invitations"][0]["email"], "c@example.com");
        let token = first["next_page_token"].as_str().unwrap();
        let second =
            owner.get(&format!("{path}?page_size=2&show_total=true&page_token={token}")).await.ok(200);
        assert_eq!(second["invitations"].as_array().unwrap().len(), 1);
        assert!(second.get("next_page_token").is_none());
        let other = owner.get(&format!("{path}?page_size=3&show_total=true&page_token={token}")).await;
        other.problem(400, "page_token_mismatch");
        let changed = owner.get(&format!("{path}?page_size=2&show_total=true&page_token=A{token}")).await;
        changed.problem(400, "invalid_page_token");
        let one = owner.get(&format!("{path}?filter=email:B@EXAMPLE")).await.ok(200);
        assert_eq!(one["invitations"].as_array().unwrap().len(), 1);
        owner.get(&format!("{path}?filter=secret=1")).await.problem(400, "invalid_filter");
        owner.get(&format!("{path}?page_size=-1")).await.problem(400, "invalid_parameter");
        owner.get(&format!("{path}?colour=red")).await.problem(400, "unknown_parameter");
    })
    .await;
}

#[tokio::test]
async fn a_repeated_create_with_its_idempotency_key_gives_its_first_answer() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = format!("/api/v1/organizations/{acme}/invitations");
        let keyed = owner.header("idempotency-key", "k-1");
        let first = keyed.post(&path, json!({"email": "ada@example.com"})).await;
        let again = keyed.post(&path, json!({"email": "ada@example.com"})).await;
        assert_eq!((first.status, again.status), (201, 201), "{}", again.text);
        assert_eq!(first.body, again.body);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.header("location"), first.header("location"));
        keyed.post(&path, json!({"email": "b@example.com"})).await.problem(409, "idempotency_key_reused");
        let long = "k".repeat(300);
        owner
            .header("idempotency-key", &long)
            .post(&path, json!({"email": "c@example.com"}))
            .await
            .problem(400, "invalid_header");
    })
    .await;
}

#[tokio::test]
async fn a_refused_last_row_does_not_undo_the_rows_before_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = format!("/api/v1/organizations/{acme}/invitations");
        let rows = json!({"invitations": [{"email": "ada@example.com"}, {"email": "olga@example.com"}]});
        let done = owner.post(&format!("{path}/batch-create"), rows).await;
        assert!(!done.header("polity-revision").is_empty());
        let done = done.ok(200);
        assert_eq!(
            (&done["results"][0]["status"], &done["results"][1]["code"]),
            (&json!("CREATED"), &json!("already_member"))
        );
        let there = owner.get(&path).await.ok(200);
        assert_eq!(there["invitations"].as_array().unwrap().len(), 1);
        world.mailed_token("ada@example.com").await;
    })
    .await;
}
