//! One question.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{child, key, member, of, permission, role};

fn ask(whom: &Actor, permission: &str) -> Value {
    json!({"principal": {"type": "user", "id": whom.user_id}, "permission": permission})
}

async fn allowed(asker: &Actor, organization: &str, question: Value) -> bool {
    asker.post(&of(organization, "access/check"), question).await.ok(200)["allowed"].as_bool().unwrap()
}

#[tokio::test]
async fn the_answer_is_that_of_now_with_its_revision() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        assert!(allowed(&olga, &acme, ask(&ada, "members.read")).await);
        assert!(!allowed(&olga, &acme, ask(&ada, "members.add")).await);
        let changed = olga.patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]})).await;
        let revision = changed.header("polity-revision").to_owned();
        let answer = olga.post(&of(&acme, "access/check"), ask(&ada, "members.add")).await.ok(200);
        assert_eq!(answer, json!({"allowed": true, "revision": revision}));
        olga.delete(&member(&acme, &ada)).await;
        assert!(!allowed(&olga, &acme, ask(&ada, "members.add")).await);
        let nobody = json!({"principal": {"type": "user", "id": "user_01h455vb4pex5vsknk084sn02q"}, "permission": "members.read"});
        assert!(!allowed(&olga, &acme, nobody).await, "who does not exist may do nothing");
    })
    .await;
}

#[tokio::test]
async fn everybody_may_ask_about_themselves_and_few_about_others() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let eve = world.person("eve").await;
        assert!(allowed(&ada, &acme, ask(&ada, "members.read")).await);
        assert!(!allowed(&ada, &acme, ask(&ada, "members.add")).await);
        let path = of(&acme, "access/check");
        let refused = ada.post(&path, ask(&olga, "members.read")).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "access.check");
        eve.post(&path, ask(&eve, "members.read")).await.problem(404, "not_found");
        eve.post(&path, ask(&olga, "members.read")).await.problem(404, "not_found");
        world.nobody().post(&path, ask(&olga, "members.read")).await.problem(401, "unauthenticated");
        let (machine, machine_id) = key(world, &olga, &acme, &["audit.read"]).await;
        let about_itself =
            json!({"principal": {"type": "api_key", "id": machine_id}, "permission": "audit.read"});
        assert!(allowed(&machine, &acme, about_itself).await);
        machine.post(&path, ask(&olga, "members.read")).await.problem(403, "permission_denied");
        let (asker, _) = key(world, &olga, &acme, &["access.check"]).await;
        assert!(allowed(&asker, &acme, ask(&olga, "organizations.delete")).await);
    })
    .await;
}

/// A child that inherits, one that is shut off, and a question about either from above.
async fn about(world: &World) -> (Actor, String, String, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    let north = child(&olga, &acme, "North").await;
    let south = child(&olga, &acme, "South").await;
    world.join(&olga, &south, "sven", roles::OWNER).await;
    olga.patch(&format!("/api/v1/organizations/{south}"), json!({"inherits_roles": false})).await.ok(200);
    // Whoever makes a child owns it: only by leaving it does she lose sight of it.
    assert_eq!(olga.post(&of(&south, "members/leave"), json!({})).await.status, 204);
    (olga, acme, north, south)
}

#[tokio::test]
async fn ten_09_a_question_reaches_as_far_as_the_asker_sees() {
    on_each(async |world| {
        let (olga, acme, north, south) = about(world).await;
        let (_, beta) = world.tenant("Beta", "bert").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        let on = |organization: &str| {
            let mut question = ask(&ada, "members.add");
            question["resource"] = json!({"type": "organization", "id": organization});
            question
        };
        assert!(!allowed(&olga, &acme, on(&acme)).await);
        assert!(allowed(&olga, &acme, on(&north)).await);
        let path = of(&acme, "access/check");
        for unknown in [&south, &beta, "org_01h455vb4pex5vsknk084sn02q", "root"] {
            let refused = olga.post(&path, on(unknown)).await.problem(404, "not_found");
            assert_eq!(refused["errors"][0]["field"], "/resource/id", "{unknown}");
        }
        // Not upwards, not even about oneself.
        ada.post(&of(&north, "access/check"), on(&acme)).await.problem(404, "not_found");
        ada.post(&path, on(&north)).await.problem(404, "not_found");
        let refused = olga.post(&path, on("north")).await.problem(400, "invalid_id");
        assert_eq!(refused["errors"][0]["field"], "/resource/id");
    })
    .await;
}

#[tokio::test]
async fn an_applications_own_questions_are_answered_by_resource() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish"]).await;
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": clerk,
            "resource": {"type": "documents", "id": "42"}});
        olga.post(&of(&acme, "role-assignments"), body).await.ok(201);
        let on = |id: &str| {
            let mut question = ask(&ada, "documents.publish");
            question["resource"] = json!({"type": "documents", "id": id});
            question
        };
        assert!(allowed(&ada, &acme, on("42")).await);
        assert!(!allowed(&ada, &acme, on("43")).await);
        assert!(!allowed(&ada, &acme, ask(&ada, "documents.publish")).await, "not on all of them");
        assert!(
            allowed(
                &olga,
                &acme,
                json!({"principal": {"type": "user", "id": olga.user_id},
            "permission": "documents.publish", "resource": {"type": "documents", "id": "43"}})
            )
            .await
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_its_field() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "access/check");
        let with = |field: &str, value: Value| {
            let mut question = ask(&olga, "members.read");
            question[field] = value;
            question
        };
        for (question, code, field) in [
            (with("permission", json!("members.burn")), "unknown_permission", "/permission"),
            (with("permission", json!(7)), "invalid_type", "/permission"),
            (
                with("resource", json!({"type": "planets", "id": "1"})),
                "unknown_resource_type",
                "/resource/type",
            ),
            (
                with("resource", json!({"type": "members", "id": "1"})),
                "unknown_resource_type",
                "/resource/type",
            ),
            (with("principal", json!({"type": "user", "id": "ada"})), "invalid_id", "/principal/id"),
            (with("principal", json!({"type": "robot", "id": "x"})), "invalid_value", "/principal/type"),
            (with("circumstances", json!({})), "unknown_field", "/circumstances"),
            (with("context", json!(7)), "invalid_type", "/context"),
            (with("at_revision", json!("x")), "invalid_value", "/at_revision"),
            (with("at_least_revision", json!("x")), "invalid_value", "/at_least_revision"),
            (
                with("at_least_revision", json!("org_01h455vb4pex5vsknk084sn02q.1")),
                "invalid_value",
                "/at_least_revision",
            ),
            (with("consistency", json!("SLOPPY")), "invalid_value", "/consistency"),
        ] {
            let refused = olga.post(&path, question).await.problem(400, code);
            assert_eq!(refused["errors"][0]["field"], field);
        }
        olga.post(&path, with("consistency", json!("MINIMIZE_LATENCY"))).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_no_older_than_was_asked_for_on_every_replica() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let replica = world.replica().await;
        let elsewhere = replica.as_deref().map_or_else(|| olga.clone(), |base_url| olga.at(base_url));
        assert!(!allowed(&elsewhere, &acme, ask(&ada, "members.add")).await);
        let changed = olga.patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]})).await;
        let revision = changed.header("polity-revision").to_owned();
        let at_least = |revision: &str| {
            let mut question = ask(&ada, "members.add");
            question["at_least_revision"] = json!(revision);
            question
        };
        assert!(allowed(&elsewhere, &acme, at_least(&revision)).await);
        let (tree, number) = revision.rsplit_once('.').unwrap();
        let next = format!("{tree}.{}", number.parse::<u64>().unwrap() + 1);
        elsewhere
            .post(&of(&acme, "access/check"), at_least(&next))
            .await
            .problem(409, "revision_not_reached");
    })
    .await;
}

#[tokio::test]
async fn ten_14_a_suspended_organization_allows_nothing() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        assert!(allowed(&ada, &north, ask(&ada, "members.add")).await);
        olga.post(&of(&north, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        assert!(
            !allowed(&ada, &north, ask(&ada, "members.add")).await,
            "its people may know that they may nothing"
        );
        ada.post(&of(&north, "access/check"), ask(&olga, "members.add"))
            .await
            .problem(403, "organization_suspended");
    })
    .await;
}
