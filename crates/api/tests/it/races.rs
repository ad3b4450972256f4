//! What happens at once: one wins, the others are told so, and nothing is left half done.

mod limits;

use std::collections::BTreeMap;

use polity_testkit::{Actor, Answer, json, on_each, roles};

use crate::cases::{Acme, Need};
use crate::rights::{assert_sound, at_once, codes};

/// Nobody got a fault of ours.
#[track_caller]
fn assert_no_fault(answers: &[Answer]) {
    for answer in answers {
        assert!(answer.status < 500, "{}", answer.text);
    }
}

#[tokio::test]
async fn rac_03_inv_12_of_twenty_invitations_for_one_address_at_once_one_is_made() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let path = acme.path("/invitations");
        let spelled = ["ada@example.com", "ADA@example.com", "Ada@Example.Com"];
        let answers =
            at_once(20, async |i| acme.owner.post(&path, json!({"email": spelled[i % 3]})).await).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(made, 1, "{:?}", codes(&answers));
        assert_eq!(codes(&answers).iter().filter(|code| *code == "already_invited").count(), 19);
        world.deliver().await;
        assert_eq!(world.mail.to("ada@example.com").len(), 1);
    })
    .await;
}

/// What may happen to an invitation while it is accepted.
async fn beside_accepting(what: &str, acme: &Acme<'_>, other: impl AsyncFn(&str, &Actor) -> Answer) {
    for round in 0..6 {
        let invitation = Need::Invitation.fresh(acme).await;
        let guest = invitation.actor.clone().unwrap();
        let token = json!({"token": invitation.secret});
        let accept = guest.post("/api/v1/invitations/accept", token);
        let (accepted, done) = if round % 2 == 0 {
            tokio::join!(accept, other(&invitation.id, &guest))
        } else {
            let (done, accepted) = tokio::join!(other(&invitation.id, &guest), accept);
            (accepted, done)
        };
        assert_no_fault(&[accepted.clone(), done.clone()]);
        let member = acme.owner.get(&acme.path(&format!("/members/{}", guest.user_id))).await;
        let state =
            acme.owner.get(&acme.path(&format!("/invitations/{}", invitation.id))).await.ok(200)["state"]
                .clone();
        let joined = accepted.status == 200;
        assert_eq!(state == "ACCEPTED", joined, "{what}: {state} {}", accepted.text);
        assert!(!joined || member.status == 200, "{what}: {} {}", accepted.text, member.text);
        assert!(
            joined || done.status < 300,
            "{what}: one of the two is done: {} {}",
            accepted.text,
            done.text
        );
    }
}

#[tokio::test]
async fn rac_04_inv_06_accepting_beside_revoking_resending_or_adding_ends_in_one_state() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        beside_accepting("revoking", &acme, async |id, _| {
            acme.owner.delete(&acme.path(&format!("/invitations/{id}"))).await
        })
        .await;
        beside_accepting("resending", &acme, async |id, _| {
            acme.owner.post(&acme.path(&format!("/invitations/{id}/resend")), json!({})).await
        })
        .await;
        beside_accepting("declining", &acme, async |id, guest| {
            guest.post("/api/v1/invitations/decline", json!({"id": id})).await
        })
        .await;
        beside_accepting("adding", &acme, async |_, guest| {
            acme.owner
                .post(&acme.path("/members"), json!({"user": guest.user_id, "roles": [roles::READER]}))
                .await
        })
        .await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_06_nothing_is_made_in_an_organization_while_it_goes() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for round in 0..4 {
            let child = Need::Child.fresh(&acme).await.id;
            let person = Need::Person.fresh(&acme).await.id;
            let path = |rest: &str| format!("/api/v1/organizations/{child}{rest}");
            let email = format!("guest{round}@example.com");
            let answers = tokio::join!(
                async { acme.owner.delete(&path("")).await },
                async { acme.owner.post(&path("/invitations"), json!({"email": email})).await },
                async { acme.owner.post(&path("/members"), json!({"user": person})).await },
                async {
                    acme.owner
                        .post(&path("/api-keys"), json!({"title": "k", "permissions": ["members.read"]}))
                        .await
                },
                async { acme.owner.post(&path("/children"), json!({"title": "Below"})).await },
            );
            let (deleted, made) = (answers.0, [answers.1, answers.2, answers.3, answers.4]);
            assert_no_fault(&made);
            let gone = deleted.status == 204;
            assert!(gone || deleted.body["code"] == "has_children", "{}", deleted.text);
            for answer in &made {
                assert!(matches!(answer.status, 201 | 404), "{}", answer.text);
                let secret = answer.body["secret"].as_str();
                if let (true, Some(secret)) = (gone, secret) {
                    let key = world.with(Some(format!("Api-Key {secret}")));
                    assert!(key.get(&path("/members")).await.status >= 401, "its key is dead");
                }
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_10_clients_that_read_and_write_at_once_get_answers_and_no_faults() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let answers = at_once(120, async |i| match i % 6 {
            0 => {
                acme.owner
                    .post(&acme.path("/roles"), json!({"title": format!("Role {i}"), "permissions": []}))
                    .await
            }
            1 => {
                acme.other
                    .post(
                        &format!("/api/v1/organizations/{}/children", acme.beta),
                        json!({"title": format!("Unit {i}")}),
                    )
                    .await
            }
            2 => acme.owner.patch(&acme.path(""), json!({"labels": {"n": i.to_string()}})).await,
            3 => acme.member.get(&acme.path("/members")).await,
            4 => acme.owner.get(&acme.path("/audit-events?page_size=100")).await,
            _ => acme.stranger.get("/api/v1/me/organizations").await,
        })
        .await;
        for answer in &answers {
            assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_14_whoever_pages_while_rows_come_and_go_sees_each_that_stays_exactly_once() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let make = async |i: usize| -> String {
            world.clock.advance_micros(1_000);
            let body = json!({"email": format!("guest{i}@example.com")});
            acme.make("/invitations", body).await["id"].as_str().unwrap().to_owned()
        };
        for (place, order) in
            ["create_time", "create_time desc", "expire_time", "expire_time desc"].into_iter().enumerate()
        {
            let offset = place * 1_000;
            let mut staying = Vec::new();
            let mut going = Vec::new();
            for i in 0..40 {
                let id = make(offset + i).await;
                if i % 4 == 3 { going.push(id) } else { staying.push(id) }
            }
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let (mut token, mut page) = (String::new(), 0);
            loop {
                let query = format!(
                    "/invitations?page_size=6&order_by={}&page_token={token}",
                    order.replace(' ', "%20")
                );
                let answer = acme.owner.get(&acme.path(&query)).await.ok(200);
                for row in answer["invitations"].as_array().unwrap() {
                    *seen.entry(row["id"].as_str().unwrap().to_owned()).or_default() += 1;
                }
                // Rows of all places come, and others go, while the pages are turned.
                make(offset + 100 + page).await;
                if let Some(id) = going.pop() {
                    let email = json!({"ids": [id]});
                    assert_eq!(
                        acme.owner.post(&acme.path("/invitations/batch-delete"), email).await.status,
                        204
                    );
                }
                page += 1;
                match answer["next_page_token"].as_str() {
                    Some(next) if !next.is_empty() && page < 200 => token = next.to_owned(),
                    _ => break,
                }
            }
            for id in &staying {
                assert_eq!(seen.get(id), Some(&1), "{id} ordered by {order}");
            }
            assert!(seen.values().all(|times| *times == 1), "{order}: nothing is seen twice");
        }
    })
    .await;
}
