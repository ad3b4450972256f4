//! A tenant that was purged: nothing of it is left but its ledger.

use polity_testkit::{PASSWORD, json, on_each, roles};

use super::{RETENTION, Whole, at, events, undelete, write_facts};
use crate::cases::{assert_unmoved, revisions};
use crate::rights::{assert_sound, child, of};

/// Where something of a whole organization is: in every table that it can be in.
fn everywhere() -> Vec<&'static str> {
    let mut tables: Vec<_> = polity_testkit::purged_tables().collect();
    tables.extend(["api_key_uses", "ledger_personal", "organization_paths", "organizations"]);
    tables.sort_unstable();
    tables
}

#[tokio::test]
async fn nothing_of_a_purged_tenant_is_left_in_any_table_and_its_ledger_stays_whole() {
    on_each(async |world| {
        let root = world.administrator().await;
        let mut whole = Whole::found(world).await;
        let acme = whole.acme.id.clone();
        assert_eq!(world.tables_of(&acme).await, everywhere(), "the test is about all of them");
        // Its children's end is told in its own log: that comes to it meanwhile.
        let leaves = format!(
            "SELECT count(*) FROM ledger_leaves WHERE organization_id = {} AND kind <> 'organization.purged'",
            world.literal(&acme)
        );
        let written = world.number(&leaves).await;
        whole.outlive().await;
        assert_eq!(world.tables_of(&acme).await, everywhere(), "until somebody erases it");
        world.purge().await;
        assert_eq!(world.tables_of(&acme).await, Vec::<&str>::new());
        // Its deletion came to them.
        assert_eq!(world.number(&leaves).await, written + 1);
        assert_sound(world).await;
        let gone = events(&world.sign_in_as("root@polity.test").await, "root", "organization.purged").await;
        let told = gone.iter().find(|event| event["target"] == json!(acme)).expect("the root's log tells it");
        assert_eq!(told["actor"], json!({"type": "system", "reason": "retention"}));
        assert!(!told.to_string().contains("Acme"), "the root has no part in it: {told}");
        assert_eq!(gone.len(), 1, "of its children their own tree's ledger tells");
        drop(root);
        // Whatever comes later finds nothing to do.
        let before = revisions(world).await;
        world.purge().await;
        write_facts(world).await;
        assert_unmoved(world, &before, "a second look").await;
        assert_eq!(world.tables_of(&acme).await, Vec::<&str>::new());
    })
    .await;
}

#[tokio::test]
async fn people_live_on_without_an_organization_that_was_purged() {
    on_each(async |world| {
        let mut whole = Whole::found(world).await;
        let guest = whole.subject("get_invitation").clone();
        let max = whole.acme.member.user_id.clone();
        whole.outlive().await;
        world.purge().await;
        let (owner, member) = (&whole.acme.owner, &whole.acme.member);
        assert_eq!(member.get("/api/v1/auth/me").await.ok(200)["id"], json!(max));
        for person in [owner, member] {
            for path in ["/api/v1/organizations", "/api/v1/me/organizations"] {
                assert_eq!(person.get(path).await.ok(200)["organizations"], json!([]), "{path}");
            }
        }
        // Their own accounts can be signed in to, and taken into something new under the old name.
        let again = owner.post("/api/v1/organizations", json!({"title": "Acme"})).await.ok(201);
        assert_eq!(again["slug"], "acme");
        assert_ne!(again["id"], json!(whole.acme.id));
        let again = again["id"].as_str().unwrap();
        owner.post(&of(again, "members"), json!({"user": max, "roles": [roles::READER]})).await.ok(201);
        member.get(&at(again)).await.ok(200);
        undelete(owner, &whole.acme.id).await.problem(404, "not_found");
        // An invitation from before opens nothing, like one that never was.
        let accept = |token: &str| json!({"token": token});
        let before = member.post("/api/v1/invitations/lookup", accept(&guest.secret)).await;
        assert_eq!(before.status, 404, "{}", before.text);
        let accepted = member.post("/api/v1/invitations/accept", accept(&guest.secret)).await;
        assert_eq!(accepted.status, 404, "{}", accepted.text);
        // Other tenants notice nothing.
        whole.acme.other.get(&at(&whole.acme.beta)).await.ok(200);
        let body = json!({"email": "max@example.com", "password": PASSWORD});
        world.nobody().post("/api/v1/auth/login", body).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_waits_for_what_was_purged_is_sent_to_nobody() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let far = json!({"email": "ada@example.com", "roles": [roles::MEMBER], "ttl_seconds": 30 * 86_400});
        olga.post(&of(&acme, "invitations"), far).await.ok(201);
        assert_eq!(olga.delete(&at(&acme)).await.status, 204);
        world.clock.advance(RETENTION);
        world.purge().await;
        world.deliver().await;
        assert!(world.mail.to("ada@example.com").is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_noted_of_something_purged_keeps_nothing_else_from_being_written() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let body = json!({"title": "CI", "permissions": ["organizations.read"]});
        let made = olga.post(&of(&sales, "api-keys"), body).await.ok(201);
        let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        key.get(&at(&sales)).await.ok(200);
        assert_eq!(olga.delete(&at(&sales)).await.status, 204);
        world.clock.advance(RETENTION);
        let olga = world.sign_in("olga").await;
        olga.get(&at(&acme)).await.ok(200);
        // All of that waits in memory while the organization goes.
        world.purge().await;
        write_facts(world).await;
        let rows = olga.get(&of(&acme, "access-log?page_size=1000")).await.ok(200);
        assert!(rows["access_log"].as_array().unwrap().len() >= 2, "{rows}");
        let used = olga.get(&of(&acme, "consumption?meter=api_requests")).await.ok(200);
        assert!(!used["consumption"].as_array().unwrap().is_empty());
        assert_eq!(world.tables_of(&sales).await, Vec::<&str>::new());
    })
    .await;
}
