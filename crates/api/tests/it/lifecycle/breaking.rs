//! A purge that is broken off, begun twice or beside others: it is done once, and whole at every step.

use std::collections::BTreeMap;

use polity_app::Op;
use polity_app::organizations::{purge, purge_due};
use polity_testkit::{Clearing, json, on_each};

use super::{RETENTION, Whole, at, events, undelete, write_facts};
use crate::cases::{assert_unmoved, revisions};
use crate::rights::{assert_sound, child, of};

#[tokio::test]
async fn between_any_two_steps_of_a_purge_it_is_as_good_as_done() {
    on_each(async |world| {
        let mut whole = Whole::found(world).await;
        whole.outlive().await;
        let acme = whole.acme.id.clone();
        // What is below goes by itself; then the tenant, without anything of it being removed yet.
        loop {
            let due = world.app.store.due_for_purge(world.app.clock.now(), None, 100).await.unwrap();
            if due.is_empty() {
                break;
            }
            for one in due {
                assert!(purge(&Op::internal(&world.app), one.organization).await.unwrap());
                assert!(!purge(&Op::internal(&world.app), one.organization).await.unwrap(), "once");
            }
        }
        let before = revisions(world).await;
        let mut steps = 0;
        loop {
            let (owner, member) = (&whole.acme.owner, &whole.acme.member);
            owner.get(&at(&acme)).await.problem(404, "not_found");
            undelete(owner, &acme).await.problem(404, "not_found");
            whole.key.get(&at(&acme)).await.problem(401, "unauthenticated");
            for path in ["/api/v1/organizations", "/api/v1/me/organizations"] {
                assert_eq!(member.get(path).await.ok(200)["organizations"], json!([]), "{path}");
            }
            write_facts(world).await;
            assert_sound(world).await;
            // Each time as after a crash: nothing is remembered of how far it had come.
            let mut at = Clearing::default();
            let mut more = false;
            for _ in 0..8 {
                more = world.app.store.clear_purged(&mut at, 5).await.unwrap();
                if !more {
                    break;
                }
                steps += 1;
            }
            if !more {
                break;
            }
            assert!(steps < 10_000, "it comes to an end");
        }
        assert!(steps > 20, "there was something to remove: {steps}");
        assert_eq!(world.tables_of(&acme).await, Vec::<&str>::new());
        assert_eq!(world.number("SELECT count(*) FROM organizations WHERE tree_id IS NULL").await, 0);
        assert_unmoved(world, &before, "removing rows is no event").await;
    })
    .await;
}

#[tokio::test]
async fn several_who_purge_at_once_purge_each_organization_once() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut gone = Vec::new();
        for number in 0..6 {
            gone.push(child(&olga, &acme, &format!("Child {number}")).await);
        }
        let mut tenants = Vec::new();
        for number in 0..4 {
            let body = json!({"title": format!("Tenant {number}")});
            let made = olga.post("/api/v1/organizations", body).await.ok(201);
            tenants.push(made["id"].as_str().unwrap().to_owned());
        }
        for one in gone.iter().chain(&tenants) {
            assert_eq!(olga.delete(&at(one)).await.status, 204);
        }
        world.clock.advance(RETENTION);
        let second = world.second().await.unwrap_or_else(|| world.app.clone());
        let one = || purge_due(&world.app);
        let other = || purge_due(&second);
        let outcomes = tokio::join!(one(), other(), one(), other());
        for outcome in [outcomes.0, outcomes.1, outcomes.2, outcomes.3] {
            outcome.unwrap();
        }
        world.purge().await;
        for one in gone.iter().chain(&tenants) {
            assert_eq!(world.tables_of(one).await, Vec::<&str>::new());
        }
        drop(root);
        let olga = world.sign_in("olga").await;
        let mut told: BTreeMap<String, u32> = BTreeMap::new();
        let logs = [
            events(&olga, &acme, "organization.purged").await,
            events(&world.sign_in_as("root@polity.test").await, "root", "organization.purged").await,
        ];
        for event in logs.concat() {
            *told.entry(event["target"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        assert_eq!(told.len(), gone.len() + tenants.len());
        assert!(told.values().all(|times| *times == 1), "{told:?}");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn another_replica_that_knew_an_organization_forgets_it_with_its_purge() {
    on_each(async |world| {
        let Some(replica) = world.replica().await else { return };
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let body = json!({"title": "CI", "permissions": ["organizations.read"]});
        let mut keys = Vec::new();
        for one in [&acme, &sales] {
            let made = olga.post(&of(one, "api-keys"), body.clone()).await.ok(201);
            let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
            key.at(&replica).get(&at(one)).await.ok(200);
            keys.push(key);
        }
        assert_eq!(olga.delete(&format!("{}?children=delete", at(&acme))).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        let olga = world.sign_in("olga").await.at(&replica);
        for (key, one) in keys.iter().zip([&acme, &sales]) {
            key.at(&replica).get(&at(one)).await.problem(401, "unauthenticated");
            olga.get(&at(one)).await.problem(404, "not_found");
            undelete(&olga, one).await.problem(404, "not_found");
        }
        assert_eq!(olga.get("/api/v1/me/organizations").await.ok(200)["organizations"], json!([]));
        assert_sound(world).await;
    })
    .await;
}
