//! Role assignments: who holds which role on what, for how long.

use polity_testkit::{Actor, Value, json, on_each, roles};

use crate::rights::{
    assert_sound, at_once, child, codes, direct_roles, id, key, member, of, owners, permission, role,
};

fn to(actor: &Actor, role: &str) -> Value {
    json!({"principal": {"type": "user", "id": actor.user_id}, "role": role})
}

#[tokio::test]
async fn a_role_is_assigned_seen_and_withdrawn() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let made = olga.post(&path, to(&ada, roles::READER)).await;
        let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let made = made.ok(201);
        assert_eq!(made["principal"], json!({"type": "user", "id": ada.user_id}));
        let again = olga.get(&place).await;
        assert_eq!((again.header("etag"), again.body.clone()), (tag.as_str(), made));
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        olga.post(&path, to(&ada, roles::READER)).await.problem(409, "already_exists");
        let listed = olga.get(&format!("{path}?filter=user={}&show_total=true", ada.user_id)).await.ok(200);
        assert_eq!(listed["total_size"], 2);
        assert_eq!(olga.header("if-match", &tag).delete(&place).await.status, 204);
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        olga.delete(&place).await.problem(404, "not_found");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_assignment_ends_at_its_very_moment_and_makes_room_for_another() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let mut timed = to(&ada, roles::READER);
        timed["expire_time"] = json!("2026-01-31T12:01:00Z");
        olga.post(&path, timed.clone()).await.ok(201);
        world.clock.advance_micros(60_000_000 - 1);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        world.clock.advance_micros(1);
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        let refused = olga.post(&path, timed).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/expire_time");
        olga.post(&path, to(&ada, roles::READER)).await.ok(201);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn only_members_and_keys_from_here_or_above_hold_roles() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let north = child(&olga, &acme, "North").await;
        let path = of(&north, "role-assignments");
        let refused = olga.post(&path, to(&bert, roles::READER)).await.problem(400, "unknown_principal");
        assert_eq!(refused["errors"][0]["field"], "/principal/id");
        let (_, above) = key(world, &olga, &acme, &["members.read"]).await;
        let (_, theirs) = key(world, &bert, &beta, &["members.read"]).await;
        let for_key = |key: &str| json!({"principal": {"type": "api_key", "id": key}, "role": roles::READER});
        olga.post(&path, for_key(&theirs)).await.problem(400, "unknown_principal");
        let made = olga.post(&path, for_key(&above)).await.ok(201);
        assert_eq!(made["principal"]["type"], "api_key");
        // A sibling's or a child's key holds nothing above.
        let (_, below) = key(world, &olga, &north, &["members.read"]).await;
        olga.post(&of(&acme, "role-assignments"), for_key(&below)).await.problem(400, "unknown_principal");
        let wrong = json!({"principal": {"type": "user", "id": above}, "role": roles::READER});
        let refused = olga.post(&path, wrong).await.problem(400, "invalid_id");
        assert_eq!(refused["errors"][0]["field"], "/principal/id");
        let team = json!({"principal": {"type": "team", "id": "x"}, "role": roles::READER});
        olga.post(&path, team).await.problem(400, "invalid_value");
    })
    .await;
}

#[tokio::test]
async fn a_role_on_one_resource_counts_there_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let on = |kind: &str, id: &str| {
            let mut body = to(&ada, &clerk);
            body["resource"] = json!({"type": kind, "id": id});
            body
        };
        olga.post(&path, on("documents", "42")).await.ok(201);
        olga.post(&path, on("documents", "42")).await.problem(409, "already_exists");
        olga.post(&path, on("documents", "43")).await.ok(201);
        let refused = olga.post(&path, on("planets", "1")).await.problem(400, "unknown_resource_type");
        assert_eq!(refused["errors"][0]["field"], "/resource/type");
        olga.post(&path, on("members", "1")).await.problem(400, "unknown_resource_type");
        olga.post(&path, on("documents", "a\u{7}b")).await.problem(400, "invalid_value");
        let whole = olga.post(&path, on("organization", &acme)).await.ok(201);
        assert!(whole.get("resource").is_none(), "the organization itself is no part of it");
        olga.post(&path, on("organization", "org_01h455vb4pex5vsknk084sn02q"))
            .await
            .problem(400, "invalid_value");
        let found = olga.get(&format!("{path}?filter=resource_type=documents")).await.ok(200);
        assert_eq!(found["role_assignments"].as_array().unwrap().len(), 2);
        // It is no role of the member as a whole, and PATCH leaves it alone.
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        let found = olga.get(&format!("{path}?filter=resource_type=documents")).await.ok(200);
        assert_eq!(found["role_assignments"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn esc_02_nobody_assigns_or_withdraws_more_than_they_hold() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        ada.post(&path, to(&bob, roles::OWNER)).await.problem(403, "cannot_grant");
        ada.post(&path, to(&ada, roles::OWNER)).await.problem(403, "cannot_grant");
        let also = olga.post(&path, to(&olga, roles::READER)).await.ok(201);
        ada.delete(&format!("{path}/{}", id(&also))).await.problem(403, "cannot_grant");
        let (narrow, _) =
            key(world, &olga, &acme, &["role_assignments.create", "role_assignments.delete"]).await;
        narrow.post(&path, to(&bob, roles::READER)).await.problem(403, "cannot_grant");
        let own = olga.get(&format!("{path}?filter=user={}", bob.user_id)).await.ok(200);
        let own = format!("{path}/{}", id(&own["role_assignments"][0]));
        narrow.delete(&own).await.problem(403, "cannot_grant");
        // TEN-03: of another organization there is none here.
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let theirs = bert.get(&of(&beta, "role-assignments")).await.ok(200);
        let theirs = id(&theirs["role_assignments"][0]);
        olga.get(&format!("{path}/{theirs}")).await.problem(404, "not_found");
        olga.delete(&format!("{path}/{theirs}")).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_batch_withdraws_and_assigns_at_one_stroke() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let path = of(&acme, "role-assignments");
        let batch = format!("{path}/batch");
        let own = olga.get(&format!("{path}?filter=user={}", olga.user_id)).await.ok(200);
        let own = id(&own["role_assignments"][0]);
        // OWN-07: what counts is what it leaves.
        olga.post(&batch, json!({"delete": [own]})).await.problem(409, "last_owner");
        let body = json!({"delete": [own], "create": [to(&ada, roles::OWNER), to(&olga, roles::READER)]});
        let preview = olga.post(&format!("{batch}?validate_only=true"), body.clone()).await.ok(200);
        assert!(preview["changes"].as_array().unwrap().len() >= 2, "{preview}");
        assert_eq!(owners(&olga, &acme).await, 1);
        let done = olga.post(&batch, body).await.ok(200);
        assert_eq!(done["created"].as_array().unwrap().len(), 2);
        assert_eq!(direct_roles(&ada, &acme, &olga).await, [roles::READER]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_05_a_batch_with_one_bad_row_does_nothing_and_names_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let batch = of(&acme, "role-assignments/batch");
        let body = json!({"create": [to(&ada, roles::READER), to(&bert, roles::READER)]});
        let refused = olga.post(&batch, body).await.problem(400, "unknown_principal");
        assert_eq!(refused["errors"][0]["field"], "/create/1/principal/id");
        let theirs = bert.get(&of(&beta, "role-assignments")).await.ok(200);
        let theirs = id(&theirs["role_assignments"][0]);
        let body = json!({"create": [to(&ada, roles::READER)], "delete": [theirs]});
        let refused = olga.post(&batch, body).await.problem(404, "not_found");
        assert_eq!(refused["errors"][0]["field"], "/delete/0");
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::MEMBER]);
        olga.post(&batch, json!({})).await.problem(400, "invalid_value");
        // Each half needs its own permission.
        let gives = role(&olga, &acme, "Gives", &["role_assignments.create", "role_assignments.read"]).await;
        let bob = world.join(&olga, &acme, "bob", &gives).await;
        let own =
            olga.get(&of(&acme, &format!("role-assignments?filter=user={}", bob.user_id))).await.ok(200);
        let body = json!({"delete": [id(&own["role_assignments"][0])], "create": [to(&ada, &gives)]});
        let refused = bob.post(&batch, body).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "role_assignments.delete");
    })
    .await;
}

#[tokio::test]
async fn of_twenty_equal_assignments_at_once_one_is_made() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let answers = at_once(20, |_| olga.post(&path, to(&ada, roles::READER))).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        let refused = answers.iter().filter(|answer| answer.body["code"] == "already_exists").count();
        assert_eq!((made, refused), (1, 19), "{:?}", codes(&answers));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_12_one_idempotency_key_makes_one_assignment() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let once = olga.header("idempotency-key", "give-ada-reader");
        let first = once.post(&path, to(&ada, roles::READER)).await;
        let again = once.post(&path, to(&ada, roles::READER)).await;
        assert_eq!((first.status, again.status), (201, 201), "{} {}", first.text, again.text);
        assert_eq!((first.text, again.header("idempotent-replayed")), (again.text.clone(), "true"));
    })
    .await;
}
