//! How it ends: by time, by hand, by the preference, and while the staff are at it.

use futures::future::join;
use polity_testkit::{Answer, Value, json, on_each};

use super::{Scene, grant, itself, one, prefer, scene};
use crate::rights::{assert_sound, at_once, encoded, of};

#[tokio::test]
async fn esc_23_a_grant_that_has_expired_is_over_at_that_very_moment() {
    on_each(async |world| {
        let Scene { owner, acme, .. } = scene(world).await;
        let made = grant(&owner, &acme, json!({"ttl_seconds": 60})).await;
        world.clock.advance_micros(59_999_999);
        let staff = world.sign_in("sam").await;
        staff.get(&itself(&acme)).await.ok(200);
        world.clock.advance_micros(1);
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        assert_eq!(owner.get(&one(&acme, &made)).await.ok(200)["state"], "EXPIRED");
        owner.delete(&one(&acme, &made)).await.problem(409, "wrong_state");
    })
    .await;
}

#[tokio::test]
async fn esc_23_a_grant_that_is_revoked_is_over_with_the_next_request_on_every_replica() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let elsewhere = world.replica().await.unwrap_or_else(|| world.base_url().to_owned());
        let made = grant(&owner, &acme, json!({})).await;
        staff.at(&elsewhere).get(&itself(&acme)).await.ok(200);
        assert_eq!(owner.delete(&one(&acme, &made)).await.status, 204);
        staff.at(&elsewhere).get(&itself(&acme)).await.problem(404, "not_found");
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        let made = grant(&owner.at(&elsewhere), &acme, json!({})).await;
        staff.get(&itself(&acme)).await.ok(200);
        prefer(&owner, &acme, false).await;
        staff.at(&elsewhere).get(&itself(&acme)).await.problem(404, "not_found");
        assert_eq!(owner.get(&one(&acme, &made)).await.ok(200)["end_reason"], "PREFERENCE_OFF");
    })
    .await;
}

#[tokio::test]
async fn esc_23_turning_the_preference_off_ends_every_grant_for_good() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        let first = grant(&owner, &acme, json!({})).await;
        let second = grant(&owner, &acme, json!({"access": "READ_WRITE", "descendants": true})).await;
        let third = grant(&owner, &acme, json!({})).await;
        assert_eq!(owner.delete(&one(&acme, &third)).await.status, 204);
        staff.get(&itself(&acme)).await.ok(200);
        // Another preference ends nothing.
        owner.patch(&of(&acme, "preferences"), json!({"locale": "de"})).await.ok(200);
        prefer(&owner, &acme, true).await;
        staff.get(&itself(&acme)).await.ok(200);
        prefer(&owner, &acme, false).await;
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        prefer(&owner, &acme, true).await;
        staff.get(&itself(&acme)).await.problem(404, "not_found");
        for (made, reason) in [(&first, "PREFERENCE_OFF"), (&second, "PREFERENCE_OFF"), (&third, "REVOKED")] {
            let shown = owner.get(&one(&acme, made)).await.ok(200);
            assert_eq!((&shown["state"], &shown["end_reason"]), (&json!("REVOKED"), &json!(reason)));
        }
        let path =
            of(&acme, &format!("audit-events?filter={}", encoded("kind = support_access_grant.revoked")));
        assert_eq!(owner.get(&path).await.ok(200)["audit_events"].as_array().unwrap().len(), 3);
        grant(&owner, &acme, json!({})).await;
        staff.get(&itself(&acme)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

/// The revisions of the events that a filter selects, in order.
fn revisions(list: &Value) -> Vec<u64> {
    list["audit_events"].as_array().unwrap().iter().map(|event| event["revision"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn esc_23_no_change_of_the_staffs_comes_after_the_end_of_their_grant() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        for round in 0..4 {
            let made = grant(&owner, &acme, json!({"access": "READ_WRITE"})).await;
            let write = async |number: usize| {
                let body = json!({"title": format!("Tag {round} {number}")});
                staff.post(&of(&acme, "tags"), body).await
            };
            let end = async {
                if round % 2 == 0 {
                    owner.delete(&one(&acme, &made)).await
                } else {
                    let off = json!({"support_team_access": false});
                    owner.patch(&of(&acme, "preferences"), off).await
                }
            };
            let (answers, ended): (Vec<Answer>, Answer) = join(at_once(12, write), end).await;
            assert!(ended.status < 300, "{}", ended.text);
            assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 404 | 503)), "{answers:?}");
            staff.post(&of(&acme, "tags"), json!({"title": "After"})).await.problem(404, "not_found");
            let by = encoded(&format!("support_access_grant = \"{made}\""));
            let theirs = owner.get(&of(&acme, &format!("audit-events?filter={by}"))).await.ok(200);
            let written = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(revisions(&theirs).len(), written);
            let about = encoded(&format!("kind = support_access_grant.revoked AND target = {made}"));
            let end = owner.get(&of(&acme, &format!("audit-events?filter={about}"))).await.ok(200);
            let end = revisions(&end)[0];
            assert!(revisions(&theirs).iter().all(|revision| *revision < end), "{theirs}");
            prefer(&owner, &acme, true).await;
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_23_what_is_granted_while_the_preference_goes_off_does_not_outlive_it() {
    on_each(async |world| {
        let Scene { staff, owner, acme, .. } = scene(world).await;
        for _ in 0..4 {
            let create =
                async |_| owner.post(&of(&acme, "support-access-grants"), json!({"reason": "x"})).await;
            let off = json!({"support_team_access": false});
            let path = of(&acme, "preferences");
            let off = owner.patch(&path, off);
            let (answers, off) = join(at_once(10, create), off).await;
            assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 503)), "{answers:?}");
            off.ok(200);
            let path = of(&acme, "support-access-grants?filter=state%3DACTIVE");
            assert_eq!(owner.get(&path).await.ok(200)["support_access_grants"], json!([]));
            staff.get(&itself(&acme)).await.problem(404, "not_found");
            prefer(&owner, &acme, true).await;
            staff.get(&itself(&acme)).await.problem(404, "not_found");
        }
        assert_sound(world).await;
    })
    .await;
}
