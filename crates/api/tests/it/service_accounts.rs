//! Service accounts and the keys that act for them.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{assert_sound, child, encoded, id, of, role};

/// Makes a service account, and gives its id.
async fn account(actor: &Actor, organization: &str) -> String {
    id(&actor.post(&of(organization, "service-accounts"), json!({"title": "Robot"})).await.ok(201))
}

async fn give(actor: &Actor, organization: &str, account: &str, role: &str) -> Value {
    let body = json!({"principal": {"type": "service_account", "id": account}, "role": role});
    actor.post(&of(organization, "role-assignments"), body).await.ok(201)
}

fn for_account(account: &str, permissions: &[&str]) -> Value {
    json!({"title": "key", "permissions": permissions, "service_account": account})
}

/// A key that acts for a service account, as an actor, and as it was shown.
async fn key(world: &World, actor: &Actor, organization: &str, body: Value) -> (Actor, Value) {
    let made = actor.post(&of(organization, "api-keys"), body).await.ok(201);
    (world.with(Some(format!("Api-Key {}", made["secret"].as_str().expect("a secret")))), made)
}

#[tokio::test]
async fn a_service_account_is_made_seen_changed_and_listed() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "service-accounts");
        let made = olga.post(&path, json!({"title": "Import", "description": "Nightly"})).await;
        let (place, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
        let made = made.ok(201);
        assert_eq!((&made["disabled"], &made["description"]), (&json!(false), &json!("Nightly")));
        assert_eq!(olga.get(&place).await.ok(200), made);
        let changed = olga.header("if-match", &tag).patch(&place, json!({"title": "Export"})).await.ok(200);
        assert_eq!((&changed["title"], &changed["description"]), (&json!("Export"), &json!("Nightly")));
        olga.header("if-match", &tag).patch(&place, json!({})).await.problem(412, "etag_mismatch");
        account(&olga, &acme).await;
        olga.post(&format!("{place}/disable"), json!({})).await.ok(200);
        for (filter, found) in [("disabled = true", 1), ("disabled = false", 1), ("title:exp", 1)] {
            let list = olga.get(&format!("{path}?filter={}", encoded(filter))).await.ok(200);
            assert_eq!(list["service_accounts"].as_array().unwrap().len(), found, "{filter}");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_of_a_service_account_acts_with_what_that_holds_no_more_than_is_written_on_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let robot = account(&olga, &acme).await;
        let (wide, made) = key(world, &olga, &acme, for_account(&robot, &[])).await;
        let (narrow, _) = key(world, &olga, &acme, for_account(&robot, &["members.read"])).await;
        wide.get(&of(&acme, "members")).await.problem(403, "permission_denied");
        give(&olga, &acme, &robot, roles::READER).await;
        for at in [&acme, &north] {
            wide.get(&of(at, "members")).await.ok(200);
            wide.get(&of(at, "audit-events")).await.ok(200);
            narrow.get(&of(at, "members")).await.ok(200);
            narrow.get(&of(at, "audit-events")).await.problem(403, "permission_denied");
        }
        // By a group as well; and what the account lacks, no key of it has.
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Billing"})).await.ok(201));
        let place = json!({"principal": {"type": "service_account", "id": robot}});
        olga.post(&of(&acme, &format!("groups/{group}/members")), place).await.ok(201);
        let adders = role(&olga, &acme, "Adders", &["api_keys.verify"]).await;
        let to_group = json!({"principal": {"type": "group", "id": group}, "role": adders});
        olga.post(&of(&acme, "role-assignments"), to_group).await.ok(201);
        let verify = json!({"key": made["secret"]});
        let verified = wide.post("/api/v1/api-keys/verify", verify.clone()).await.ok(200);
        assert_eq!((&verified["valid"], &verified["api_key"]), (&json!(true), &made["name"]));
        assert_eq!(verified["service_account"], made["service_account"]);
        assert!(verified["permissions"].as_array().unwrap().contains(&json!("audit.read")));
        assert_eq!(narrow.post("/api/v1/api-keys/verify", verify).await.ok(200)["valid"], json!(false));
        wide.post(&of(&acme, "groups"), json!({"title": "X"})).await.problem(403, "permission_denied");
        let explain = |kind: &str, id: &str| {
            json!({"principal": {"type": kind, "id": id}, "permission": "api_keys.verify"})
        };
        for (kind, id) in [("service_account", robot.clone()), ("api_key", id(&made))] {
            let told = olga.post(&of(&acme, "access/explain"), explain(kind, &id)).await.ok(200);
            assert_eq!((&told["allowed"], &told["paths"][0]["group_title"]), (&json!(true), &json!("Billing")));
        }
        let list = format!("api-keys?filter=service_account={robot}");
        assert_eq!(olga.get(&of(&acme, &list)).await.ok(200)["api_keys"].as_array().unwrap().len(), 2);
        // Whatever it does is the key's doing.
        give(&olga, &acme, &robot, roles::ADMIN).await;
        wide.post(&of(&acme, "groups"), json!({"title": "Made by a robot"})).await.ok(201);
        let events = olga.get(&of(&acme, "audit-events?page_size=1")).await.ok(200);
        assert_eq!(events["audit_events"][0]["actor"]["type"], "api_key");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_disabled_service_account_holds_nothing_and_its_keys_stop_at_once() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let robot = account(&olga, &acme).await;
        give(&olga, &acme, &robot, roles::READER).await;
        let (holder, made) = key(world, &olga, &acme, for_account(&robot, &[])).await;
        let place = of(&acme, &format!("service-accounts/{robot}"));
        holder.get(&of(&acme, "members")).await.ok(200);
        let shown = olga.post(&format!("{place}/disable?validate_only=true"), json!({})).await.ok(200);
        assert_eq!(shown["keys_ended"], json!([id(&made)]));
        assert_eq!(shown["changes"].as_array().unwrap().len(), 2, "the account and its key");
        holder.get(&of(&acme, "members")).await.ok(200);
        assert_eq!(olga.post(&format!("{place}/disable"), json!({})).await.ok(200)["disabled"], true);
        holder.get(&of(&acme, "members")).await.problem(401, "unauthenticated");
        let verify = json!({"key": made["secret"]});
        assert_eq!(olga.post("/api/v1/api-keys/verify", verify.clone()).await.ok(200)["valid"], false);
        let check = |kind: &str, id: &str| {
            json!({"principal": {"type": kind, "id": id}, "permission": "members.read"})
        };
        for (kind, id) in [("service_account", robot.clone()), ("api_key", id(&made))] {
            let answer = olga.post(&of(&acme, "access/check"), check(kind, &id)).await.ok(200);
            assert_eq!(answer["allowed"], false, "{kind}");
        }
        olga.post(&format!("{place}/disable"), json!({})).await.problem(409, "wrong_state");
        olga.post(&format!("{place}/enable"), json!({})).await.ok(200);
        holder.get(&of(&acme, "members")).await.ok(200);
        assert_eq!(olga.delete(&place).await.status, 204);
        holder.get(&of(&acme, "members")).await.problem(401, "unauthenticated");
        let ended = olga.get(&of(&acme, &format!("api-keys/{}", id(&made)))).await.ok(200);
        assert_eq!((&ended["state"], &ended["revoke_reason"]), (&json!("REVOKED"), &json!("OTHER")));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_10_esc_13_nobody_lets_a_service_account_work_for_them_that_holds_more_than_they_do() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        let robot = account(&olga, &acme).await;
        let mighty = role(&olga, &acme, "Mighty", &["organizations.move"]).await;
        let (_, before) = key(world, &anna, &acme, for_account(&robot, &[])).await;
        give(&olga, &acme, &robot, &mighty).await;
        let keys = of(&acme, "api-keys");
        for permissions in [&[][..], &["members.read"]] {
            anna.post(&keys, for_account(&robot, permissions)).await.problem(403, "cannot_grant");
        }
        let own = of(&acme, &format!("api-keys/{}", id(&before)));
        anna.post(&format!("{own}/rotate"), json!({})).await.problem(403, "cannot_grant");
        anna.patch(&own, json!({"title": "X"})).await.problem(403, "cannot_grant");
        let place = of(&acme, &format!("service-accounts/{robot}"));
        anna.delete(&place).await.problem(403, "cannot_grant");
        // Stopping it is for everybody who may; letting it work again gives back what it holds.
        anna.post(&format!("{place}/disable"), json!({})).await.ok(200);
        anna.post(&format!("{place}/enable"), json!({})).await.problem(403, "cannot_grant");
        olga.post(&format!("{place}/enable"), json!({})).await.ok(200);
        // A narrow key of a mighty account hands out what is written on it, and no more.
        let (narrow, _) = key(world, &olga, &acme, for_account(&robot, &["organizations.move"])).await;
        narrow.post(&keys, for_account(&robot, &[])).await.problem(403, "permission_denied");
        give(&olga, &acme, &robot, roles::ADMIN).await;
        let body = for_account(&robot, &["api_keys.create", "members.read"]);
        let (narrow, _) = key(world, &olga, &acme, body).await;
        narrow.post(&keys, for_account(&robot, &["members.read"])).await.problem(403, "cannot_grant");
        let plain = json!({"title": "k", "permissions": ["members.add"]});
        narrow.post(&keys, plain).await.problem(403, "cannot_grant");
        narrow.post(&keys, json!({"title": "k", "permissions": ["members.read"]})).await.ok(201);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_03_ten_04_a_service_account_of_another_organization_is_none_here() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let north = child(&olga, &acme, "North").await;
        let (theirs, above) = (account(&bert, &beta).await, account(&olga, &acme).await);
        let never = "sva_01h455vb4pex5vsknk084sn02q";
        let to = |account: &str| {
            json!({"principal": {"type": "service_account", "id": account}, "role": roles::READER})
        };
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "G"})).await.ok(201));
        let group = of(&acme, &format!("groups/{group}/members"));
        for foreign in [theirs.as_str(), never] {
            olga.get(&of(&acme, &format!("service-accounts/{foreign}"))).await.problem(404, "not_found");
            olga.delete(&of(&acme, &format!("service-accounts/{foreign}"))).await.problem(404, "not_found");
            olga.post(&of(&acme, "role-assignments"), to(foreign)).await.problem(400, "unknown_principal");
            let place = json!({"principal": {"type": "service_account", "id": foreign}});
            olga.post(&group, place).await.problem(400, "unknown_principal");
            let refused = olga.post(&of(&acme, "api-keys"), for_account(foreign, &[])).await;
            assert_eq!(refused.problem(400, "unknown_principal")["errors"][0]["field"], "/service_account");
        }
        olga.post(&of(&north, "role-assignments"), to(&above)).await.problem(400, "unknown_principal");
        olga.post(&of(&north, "api-keys"), for_account(&above, &[])).await.problem(400, "unknown_principal");
        let mut reaching = for_account(&above, &[]);
        reaching["descendants"] = json!(true);
        let refused = olga.post(&of(&acme, "api-keys"), reaching).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/descendants");
        // A key that acts for one holds nothing of its own.
        let (_, made) = key(world, &olga, &acme, for_account(&above, &[])).await;
        let own = json!({"principal": {"type": "api_key", "id": id(&made)}, "role": roles::READER});
        olga.post(&of(&acme, "role-assignments"), own).await.problem(400, "unknown_principal");
        // What a key acts for is settled when it is made.
        let path = of(&acme, &format!("api-keys/{}", id(&made)));
        olga.patch(&path, json!({"service_account": above})).await.problem(400, "unknown_field");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_11_service_accounts_go_along_to_another_tree_with_their_keys() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let robot = account(&olga, &north).await;
        give(&olga, &north, &robot, roles::READER).await;
        let (holder, _) = key(world, &olga, &north, for_account(&robot, &[])).await;
        holder.get(&of(&north, "members")).await.ok(200);
        olga.post(&of(&acme, &format!("children/{north}/unlink")), json!({})).await.ok(200);
        holder.get(&of(&north, "members")).await.ok(200);
        assert_sound(world).await;
        let place = of(&north, &format!("service-accounts/{robot}"));
        olga.post(&format!("{place}/disable"), json!({})).await.ok(200);
        holder.get(&of(&north, "members")).await.problem(401, "unauthenticated");
        assert_sound(world).await;
    })
    .await;
}
