//! Many members at once.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, at_once, codes, direct_roles, member, of, owners};

#[tokio::test]
async fn a_batch_is_done_whole_or_not_at_all() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let eve = world.person("eve").await;
        let path = of(&acme, "members/batch-update");
        let rows = json!({"members": [{"user": ada.user_id, "title": "Clerk"}, {"user": bob.user_id, "roles": [roles::READER]}]});
        let done = olga.post(&path, rows).await.ok(200);
        assert_eq!(done["results"][0]["member"]["title"], "Clerk");
        assert_eq!(done["results"][1]["member"]["roles"][0]["title"], "Reader");
        // A last row that changes nothing does not undo the others.
        let rows = json!({"members": [{"user": ada.user_id, "title": "Secretary"}, {"user": bob.user_id}]});
        olga.post(&path, rows).await.ok(200);
        assert_eq!(olga.get(&member(&acme, &ada)).await.ok(200)["title"], "Secretary");
        olga.patch(&member(&acme, &ada), json!({"title": "Clerk"})).await.ok(200);
        // TEN-05: each row is looked at, the own one first or not.
        let rows = json!({"members": [{"user": ada.user_id, "title": "Chief"}, {"user": eve.user_id, "title": "Spy"}]});
        let refused = olga.post(&path, rows).await.problem(404, "not_found");
        assert_eq!(refused["errors"][0]["field"], "/members/1");
        assert_eq!(olga.get(&member(&acme, &ada)).await.ok(200)["title"], "Clerk");
        let rows = json!({"users": [ada.user_id, eve.user_id]});
        let refused = olga.post(&of(&acme, "members/batch-delete"), rows).await.problem(404, "not_found");
        assert_eq!(refused["errors"][0]["field"], "/users/1");
        olga.get(&member(&acme, &ada)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_05_a_partial_batch_does_what_can_be_done_and_says_what_not() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let eve = world.person("eve").await;
        let path = of(&acme, "members/batch-update?partial=true");
        let rows = json!({"members": [
            {"user": bob.user_id, "roles": [roles::OWNER]},
            {"user": olga.user_id, "title": "Mine"},
            {"user": bob.user_id, "roles": [roles::READER]},
            {"user": eve.user_id, "title": "Spy"}]});
        let done = ada.post(&path, rows).await.ok(200);
        let told: Vec<_> = done["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["code"].as_str().or(row["status"].as_str()).unwrap())
            .collect();
        assert_eq!(told, ["cannot_grant", "cannot_grant", "DONE", "not_found"]);
        assert_eq!(direct_roles(&olga, &acme, &bob).await, [roles::READER]);
        let rows = json!({"users": [olga.user_id, bob.user_id]});
        let done = olga.post(&of(&acme, "members/batch-delete?partial=true"), rows).await.ok(200);
        assert_eq!(
            (&done["results"][0]["code"], &done["results"][1]["status"]),
            (&json!("last_owner"), &json!("DONE"))
        );
        assert_eq!(owners(&olga, &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_previewed_and_bounded() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "members/batch-delete");
        let preview =
            olga.post(&format!("{path}?validate_only=true"), json!({"users": [ada.user_id]})).await.ok(200);
        assert_eq!(preview["seats_freed"], 1);
        olga.get(&member(&acme, &ada)).await.ok(200);
        olga.post(&path, json!({"users": []})).await.problem(400, "invalid_value");
        let many: Vec<_> = (0..1001).map(|_| ada.user_id.clone()).collect();
        olga.post(&path, json!({"users": many})).await.problem(400, "invalid_value");
    })
    .await;
}

#[tokio::test]
async fn rac_11_batches_in_opposite_orders_both_finish() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let path = of(&acme, "members/batch-update");
        let answers = at_once(20, |number| {
            let role = if number % 2 == 0 { roles::READER } else { roles::MEMBER };
            let mut rows = vec![
                json!({"user": ada.user_id, "roles": [role]}),
                json!({"user": bob.user_id, "roles": [role]}),
            ];
            if number % 2 == 0 {
                rows.reverse();
            }
            let (olga, path) = (olga.clone(), path.clone());
            async move { olga.post(&path, json!({"members": rows})).await }
        })
        .await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{:?}", codes(&answers));
        assert_eq!(direct_roles(&olga, &acme, &ada).await, direct_roles(&olga, &acme, &bob).await);
        assert_sound(world).await;
    })
    .await;
}
