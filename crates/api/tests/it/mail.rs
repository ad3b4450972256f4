//! Mail: from the outbox to the mail server, whatever the server says.

use std::time::Duration;

use polity_app::mail::{MailError, deliver_due};
use polity_app::worker;
use polity_testkit::{Actor, Value, World, json, on_each, roles};

const ADA: &str = "ada@example.com";

/// Where an invitation is.
fn path(made: &Value) -> String {
    format!("/api/v1/{}", made["name"].as_str().unwrap())
}

/// The state of an invitation and of its mail.
async fn standing(owner: &Actor, made: &Value) -> (String, String) {
    let seen = owner.get(&path(made)).await.ok(200);
    (seen["state"].as_str().unwrap().to_owned(), seen["delivery"].as_str().unwrap().to_owned())
}

fn is(state: &str, delivery: &str) -> (String, String) {
    (state.to_owned(), delivery.to_owned())
}

fn temporary() -> MailError {
    MailError::Temporary("451 try again".to_owned())
}

/// Goes on in time and delivers what is due then.
async fn later(world: &World, seconds: i64) {
    world.clock.advance(seconds);
    world.deliver().await;
}

#[tokio::test]
async fn cra_11_a_mail_server_that_fails_holds_nobody_up_and_is_tried_again() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.mail.fail_with(Some(temporary()));
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        assert_eq!(made["delivery"], "QUEUED");
        world.deliver().await;
        world.mail.fail_with(None);
        later(world, 29).await;
        assert_eq!((world.mail.to(ADA).len(), standing(&owner, &made).await), (0, is("PENDING", "QUEUED")));
        later(world, 1).await;
        assert_eq!((world.mail.to(ADA).len(), standing(&owner, &made).await), (1, is("PENDING", "SENT")));
        later(world, 86_400).await;
        assert_eq!(world.mail.to(ADA).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn cra_11_after_three_days_a_letter_is_given_up_and_its_invitation_bounced() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.mail.fail_with(Some(temporary()));
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        for _ in 0..24 {
            later(world, 3 * 3_600).await;
        }
        let owner = world.sign_in("olga").await;
        assert_eq!(standing(&owner, &made).await, is("BOUNCED", "FAILED"));
        world.mail.fail_with(None);
        later(world, 86_400).await;
        assert_eq!(world.mail.to(ADA).len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_does_not_exist_bounces_the_invitation_on_the_record() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.mail.fail_with(Some(MailError::Permanent("550 no such user".to_owned())));
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        world.deliver().await;
        assert_eq!(standing(&owner, &made).await, is("BOUNCED", "FAILED"));
        let events = owner.get(&format!("/api/v1/organizations/{acme}/audit-events")).await.ok(200);
        let last = &events["audit_events"][0];
        assert_eq!(last["kind"], "invitation.bounced");
        assert_eq!(last["actor"], json!({"type": "system", "reason": "mail_bounced"}));
        world.mail.fail_with(None);
        owner.post(&format!("{}/resend", path(&made)), json!({})).await.ok(200);
        world.deliver().await;
        assert_eq!(standing(&owner, &made).await, is("PENDING", "SENT"));
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_another_took_the_place_of_is_not_sent() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.person("ada").await;
        let letters = world.mail.to(ADA).len();
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        world.clock.advance(1);
        owner.post(&format!("{}/resend", path(&made)), json!({})).await.ok(200);
        let token = world.mailed_token(ADA).await;
        assert_eq!(world.mail.to(ADA).len() - letters, 1);
        let ada = world.sign_in("ada").await;
        ada.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_or_expired_invitation_is_not_mailed_any_more() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        assert_eq!(owner.delete(&path(&made)).await.status, 204);
        let invitations = format!("/api/v1/organizations/{acme}/invitations");
        owner.post(&invitations, json!({"email": "bob@example.com", "ttl_seconds": 60})).await.ok(201);
        world.clock.advance(60);
        let before = world.mail.count();
        world.deliver().await;
        assert_eq!(world.mail.count(), before);
        assert_eq!(standing(&owner, &made).await, is("REVOKED", "FAILED"));
    })
    .await;
}

#[tokio::test]
async fn cra_02_a_letter_that_a_dead_worker_had_taken_is_sent_by_another() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        let now = polity_app::ports::Clock::now(world.clock.as_ref()).micros();
        let taken = world.app.store.outbox_claim(now, 180_000_000, 10).await.unwrap();
        assert_eq!(taken.len(), 1);
        later(world, 179).await;
        assert_eq!(world.mail.to(ADA).len(), 0, "it may be on its way");
        later(world, 1).await;
        assert_eq!(world.mail.to(ADA).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn cra_02_there_is_never_a_mail_for_what_was_refused() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let admin = world.join(&owner, &acme, "abe", roles::ADMIN).await;
        let before = world.mail.count();
        let invitations = format!("/api/v1/organizations/{acme}/invitations");
        admin
            .post(&invitations, json!({"email": ADA, "roles": [roles::OWNER]}))
            .await
            .problem(403, "cannot_grant");
        world.deliver().await;
        assert_eq!(world.mail.count(), before);
    })
    .await;
}

#[tokio::test]
async fn two_workers_side_by_side_send_each_letter_once() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let rows: Vec<Value> =
            (0..40).map(|number| json!({"email": format!("p{number}@example.com")})).collect();
        let invitations = format!("/api/v1/organizations/{acme}/invitations/batch-create");
        owner.post(&invitations, json!({"invitations": rows})).await.ok(200);
        let before = world.mail.count();
        for _ in 0..4 {
            let (one, two, three) =
                tokio::join!(deliver_due(&world.app), deliver_due(&world.app), deliver_due(&world.app));
            assert!(one.is_ok() && two.is_ok() && three.is_ok());
        }
        world.deliver().await;
        assert_eq!(world.mail.count() - before, 40);
        assert!((0..40).all(|number| world.mail.to(&format!("p{number}@example.com")).len() == 1));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_says_who_invites_to_what_and_as_what() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let invitations = format!("/api/v1/organizations/{acme}/invitations");
        let body =
            json!({"email": ADA, "roles": [roles::READER], "message": "Come in <b>now</b>", "locale": "de"});
        owner.post(&invitations, body).await.ok(201);
        world.deliver().await;
        let letter = &world.mail.to(ADA)[0];
        assert_eq!(letter.subject, "Einladung zu Acme");
        for part in
            ["olga", "Acme", "Reader", "Come in <b>now</b>", "https://polity.test/invitations#token=pol_inv_"]
        {
            assert!(letter.text.contains(part), "{part} in {}", letter.text);
        }
        assert!(!letter.html.contains("<b>now</b>"));
    })
    .await;
}

#[tokio::test]
async fn who_registers_twice_is_told_so_by_mail_only() {
    on_each(async |world| {
        world.person("ada").await;
        let body = json!({"email": ADA, "password": polity_testkit::PASSWORD, "display_name": "Eve"});
        world.nobody().post("/api/v1/auth/register", body).await.ok(201);
        world.deliver().await;
        let letters = world.mail.to(ADA);
        let subjects: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
        assert_eq!(subjects, ["Confirm your e-mail address", "You already have an account"]);
        assert_eq!(letters[1].link, None);
    })
    .await;
}

#[tokio::test]
async fn the_worker_sends_what_is_queued_and_ends_when_it_is_told_to() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let working = tokio::spawn(worker::run(world.app.clone(), async {
            let _ = stopped.await;
        }));
        world.invite(&owner, &acme, "ada", roles::MEMBER).await;
        for _ in 0..100 {
            if world.mail.to(ADA).len() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(world.mail.to(ADA).len(), 1);
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), working).await.expect("it ends").unwrap();
    })
    .await;
}
