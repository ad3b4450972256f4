//! What is suspended or deleted, or was purged: no operation succeeds, whoever asks.

use polity_testkit::{Actor, json, on_each};

use super::{RETENTION, Whole, at, undelete, write_facts};
use crate::authorization::NEVER;
use crate::cases::{By, assert_unmoved, revisions};
use crate::rights::{assert_sound, child, of, without_request_id};

/// Everything that an organization can be asked, as somebody who may all of it while it lives; as whoever it is
/// about, where that is somebody.
async fn assert_refused(whole: &Whole<'_>, who: &str, actor: &Actor, codes: &[(u16, &str)]) {
    let before = revisions(whole.acme.world).await;
    let mut wrong = Vec::new();
    // Whoever is suspended with an organization may still go, and look at an offer and say no; and they are told that
    // they may do nothing.
    let own = [
        "leave_organization",
        "list_ownership_transfers",
        "get_ownership_transfer",
        "decline_ownership_transfer",
        "check_access",
        "batch_check_access",
        "explain_access",
        "list_effective_permissions",
        "list_access_resources",
    ];
    let suspended = codes.contains(&(403, "organization_suspended"));
    let asked = whole.operations.iter().filter(|(one, _)| !suspended || !own.contains(&one.case.operation));
    for (operation, subject) in asked {
        let uri = operation.uri(&whole.acme.id, subject);
        let own = (operation.case.by == By::Subject).then(|| operation.actor(&whole.acme, subject));
        let answer = operation.call(own.as_ref().unwrap_or(actor), &uri, &whole.acme, subject).await;
        let (status, code) = (answer.status, answer.body["code"].as_str().unwrap_or_default());
        if !codes.contains(&(status, code)) {
            wrong.push(format!("{} as {who}: {status} {}", operation.case.operation, answer.text));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_unmoved(whole.acme.world, &before, who).await;
}

#[tokio::test]
async fn ten_14_of_a_suspended_organization_no_operation_succeeds_and_after_it_resumed_they_do() {
    on_each(async |world| {
        let root = world.administrator().await;
        let whole = Whole::found(world).await;
        let (owner, acme) = (&whole.acme.owner, &whole.acme.id);
        root.post(&format!("{}/suspend", at(acme)), json!({"reason": "unpaid"})).await.ok(200);
        let refusals = [(403, "organization_suspended"), (400, "organization_suspended"), (404, "not_found")];
        assert_refused(&whole, "its owner", owner, &refusals).await;
        let persons = [refusals.as_slice(), &[(403, "person_required")]].concat();
        assert_refused(&whole, "its key", &whole.key, &persons).await;
        // Its people and their sessions go on.
        owner.get("/api/v1/auth/me").await.ok(200);
        let listed = owner.get("/api/v1/me/organizations").await.ok(200);
        assert_eq!(listed["organizations"][0]["state"], "SUSPENDED");
        // A key proves who it is, and holds nothing.
        whole.key.get("/api/v1/auth/me").await.problem(403, "person_required");
        root.post(&format!("{}/resume", at(acme)), json!({})).await.ok(200);
        for actor in [owner, &whole.key] {
            for part in ["", "/members", "/api-keys", "/audit-events", "/access-log", "/consumption"] {
                actor.get(&format!("{}{part}", at(acme))).await.ok(200);
            }
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_14_of_a_deleted_organization_no_operation_succeeds_for_anybody() {
    on_each(async |world| {
        let whole = Whole::found(world).await;
        let (owner, acme) = (&whole.acme.owner, &whole.acme.id);
        assert_eq!(owner.delete(&format!("{}?children=delete", at(acme))).await.status, 204);
        let refusals = [(404, "not_found")];
        assert_refused(&whole, "its owner", owner, &refusals).await;
        assert_refused(&whole, "a member", &whole.acme.member, &refusals).await;
        assert_refused(&whole, "its key", &whole.key, &[(404, "not_found"), (403, "person_required")]).await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_14_ten_20_a_purged_organization_looks_to_everybody_as_if_it_had_never_been() {
    on_each(async |world| {
        let mut whole = Whole::found(world).await;
        whole.outlive().await;
        // Its time is over, whether or not somebody has come to erase it.
        undelete(&whole.acme.owner, &whole.acme.id).await.problem(409, "wrong_state");
        world.purge().await;
        undelete(&whole.acme.owner, &whole.acme.id).await.problem(404, "not_found");
        let before = revisions(world).await;
        let mut wrong = Vec::new();
        for (who, actor) in [("its owner", &whole.acme.owner), ("a member", &whole.acme.member)] {
            for (operation, subject) in &whole.operations {
                let there = operation.uri(&whole.acme.id, subject);
                let there = operation.call(actor, &there, &whole.acme, subject).await;
                let name = operation.case.operation;
                let code = there.body["code"].as_str().unwrap_or_default();
                if (there.status, code) != (404, "not_found") {
                    wrong.push(format!("{name} as {who}: {}", there.text));
                }
                let unknown = subject.never_existed();
                let absent = operation.uri(NEVER, &unknown);
                let absent = operation.call(actor, &absent, &whole.acme, subject).await;
                if without_request_id(&there) != without_request_id(&absent) {
                    wrong.push(format!("{name} as {who}: {} but {}", there.text, absent.text));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert_unmoved(world, &before, "a purged organization").await;
        // Its keys are nobody's.
        for path in [at(&whole.acme.id), at(&whole.acme.beta), "/api/v1/organizations".to_owned()] {
            whole.key.get(&path).await.problem(401, "unauthenticated");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_14_a_key_is_good_only_while_its_organization_lives() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let body = json!({"title": "CI", "permissions": ["organizations.read"]});
        let made = olga.post(&of(&sales, "api-keys"), body).await.ok(201);
        let good = async |olga: &Actor| {
            let asked = olga.post("/api/v1/api-keys/verify", json!({"key": made["secret"]})).await.ok(200);
            asked["valid"] == json!(true)
        };
        for stopped in [&sales, &acme] {
            assert!(good(&olga).await);
            let who = if *stopped == acme { &root } else { &olga };
            who.post(&of(stopped, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
            assert!(!good(&olga).await);
            who.post(&of(stopped, "resume"), json!({})).await.ok(200);
        }
        assert!(good(&olga).await);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        assert!(!good(&olga).await);
        undelete(&olga, &sales).await.ok(200);
        assert!(good(&olga).await);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        assert!(!good(&world.sign_in("olga").await).await);
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_of_a_suspended_organization_is_in_its_log_and_not_in_its_consumption() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let requests = async || {
            write_facts(world).await;
            let used = olga.get(&format!("{}/consumption?meter=api_requests", at(&acme))).await.ok(200);
            used["consumption"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["quantity"].as_i64().unwrap())
                .sum::<i64>()
        };
        let before = requests().await;
        root.post(&format!("{}/suspend", at(&acme)), json!({"reason": "unpaid"})).await.ok(200);
        for _ in 0..5 {
            olga.get(&format!("{}/members", at(&acme))).await.problem(403, "organization_suspended");
        }
        write_facts(world).await;
        root.post(&format!("{}/resume", at(&acme)), json!({})).await.ok(200);
        // The question before, and the two of the administrator.
        assert_eq!(requests().await, before + 3);
        let path = format!("{}/access-log?filter=status%3DFAILURE", at(&acme));
        let refused = olga.get(&path).await.ok(200);
        assert_eq!(refused["access_log"].as_array().map(Vec::len), Some(5), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn an_organization_is_erased_not_before_its_time() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        assert_eq!(olga.delete(&at(&acme)).await.status, 204);
        world.clock.advance(RETENTION - 1);
        world.purge().await;
        let olga = world.sign_in("olga").await;
        undelete(&olga, &acme).await.ok(200);
        // What was restored has a new time when it is deleted again.
        assert_eq!(olga.delete(&at(&acme)).await.status, 204);
        world.clock.advance(RETENTION - 1);
        world.purge().await;
        let olga = world.sign_in("olga").await;
        undelete(&olga, &acme).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
