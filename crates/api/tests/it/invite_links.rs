//! Invite links, from the making to the membership.

mod ending;
mod promising;
mod racing;
mod secrets;

use polity_testkit::{Actor, Answer, Value, json, on_each, roles};

use crate::rights::{assert_sound, direct_roles, id, member, of, role};

/// Makes a link.
async fn make(actor: &Actor, organization: &str, body: Value) -> Value {
    actor.post(&of(organization, "invite-links"), body).await.ok(201)
}

/// The token of a link that was made.
fn token(made: &Value) -> String {
    made["secret"].as_str().expect("a token").to_owned()
}

/// Joins by a link.
async fn join(actor: &Actor, token: &str) -> Answer {
    actor.post("/api/v1/invite-links/join", json!({"token": token})).await
}

/// A link as its organization sees it.
async fn seen(actor: &Actor, organization: &str, made: &Value) -> Value {
    actor.get(&of(organization, &format!("invite-links/{}", id(made)))).await.ok(200)
}

#[tokio::test]
async fn whoever_holds_a_link_joins_with_the_roles_that_it_offers() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"max_uses": 5, "roles": [roles::READER, roles::BILLING, roles::READER]});
        let made = make(&olga, &acme, body).await;
        assert_eq!((&made["state"], &made["uses"], &made["max_uses"]), (&json!("ACTIVE"), &json!(0), &json!(5)));
        assert_eq!(made["inviter"]["email"], "olga@example.com");
        assert_eq!(made["expire_time"], "2026-02-07T12:00:00.000Z", "as long as an invitation");
        let found =
            world.nobody().post("/api/v1/invite-links/lookup", json!({"token": token(&made)})).await.ok(200);
        let expected = json!({
            "organization_display_name": "Acme", "role_display_names": ["Reader", "Billing"], "email_domains": [],
            "state": "ACTIVE", "expire_time": made["expire_time"],
        });
        assert_eq!(found, expected, "and nothing else");
        let ada = world.person("ada").await;
        let joined = join(&ada, &token(&made)).await.ok(200);
        assert_eq!(joined["organization"], format!("organizations/{acme}"));
        assert_eq!(joined["user"], format!("users/{}", ada.user_id));
        let shown = olga.get(&member(&acme, &ada)).await.ok(200);
        assert_eq!((&shown["joined_by"], &shown["invite_link"]), (&json!("INVITE_LINK"), &made["name"]));
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER, roles::BILLING]);
        join(&ada, &token(&made)).await.problem(409, "already_member");
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 1, "who is in takes nobody's place");
        // With no role named, it is the least.
        let least = make(&olga, &acme, json!({"max_uses": 1})).await;
        assert!(least["roles"][0].as_str().unwrap().ends_with(roles::MEMBER));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_into_a_workspace_opens_it_to_strangers_and_to_members() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let workspace = olga.post(&of(&acme, "workspaces"), json!({"title": "Research"})).await.ok(201);
        let into = json!({"max_uses": 5, "workspace_id": workspace["id"]});
        let made = make(&olga, &acme, into).await;
        assert_eq!(made["workspace_display_name"], "Research");
        let ada = world.person("ada").await;
        for person in [&ada, &max] {
            let joined = join(person, &token(&made)).await.ok(200);
            assert_eq!(joined["workspace"], workspace["name"]);
            person.get(&of(&acme, &format!("workspaces/{}", id(&workspace)))).await.ok(200);
            join(person, &token(&made)).await.problem(409, "already_member");
        }
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 2);
        let users = of(&acme, &format!("workspaces/{}/users/{}", id(&workspace), max.user_id));
        assert_eq!(olga.delete(&users).await.status, 204);
        join(&max, &token(&made)).await.problem(409, "already_used");
        // A role that is held on the whole organization leads into no workspace.
        let only = json!({"max_uses": 1, "workspace_id": workspace["id"], "roles": [roles::READER]});
        olga.post(&of(&acme, "invite-links"), only).await.problem(400, "unknown_role");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn links_are_listed_filtered_and_sorted_and_an_ended_one_says_how() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut made = Vec::new();
        for (max_uses, ttl, role) in [
            (1, 3_600, roles::READER),
            (2, 60, roles::MEMBER),
            (3, 7_200, roles::MEMBER),
            (4, 1_800, roles::READER),
        ] {
            let body = json!({"max_uses": max_uses, "ttl_seconds": ttl, "roles": [role]});
            made.push(make(&olga, &acme, body).await);
            world.clock.advance(1);
        }
        join(&world.person("ada").await, &token(&made[0])).await.ok(200);
        let revoked = of(&acme, &format!("invite-links/{}", id(&made[2])));
        assert_eq!(olga.delete(&revoked).await.status, 204);
        world.clock.advance(60);
        let list = async |query: &str| -> Vec<u64> {
            let page = olga.get(&of(&acme, &format!("invite-links?{query}"))).await.ok(200);
            page["invite_links"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["max_uses"].as_u64().unwrap())
                .collect()
        };
        assert_eq!(list("").await, [4, 3, 2, 1], "the newest first");
        assert_eq!(list("order_by=expire_time").await, [2, 4, 1, 3]);
        for (state, which) in [("EXHAUSTED", 1), ("EXPIRED", 2), ("REVOKED", 3), ("ACTIVE", 4)] {
            assert_eq!(list(&format!("filter=state={state}")).await, [which], "{state}");
            let found = made.iter().find(|one| one["max_uses"] == which).unwrap();
            assert_eq!(seen(&olga, &acme, found).await["state"], state);
        }
        assert_eq!(list("filter=state!=ACTIVE").await, [3, 2, 1]);
        assert_eq!(list(&format!("filter=role={}", roles::READER)).await, [4, 1]);
        assert_eq!(list("filter=uses%3E0").await, [1]);
        assert_eq!(list(&format!("filter=inviter={}", olga.user_id)).await.len(), 4);
        let reading =
            olga.get(&format!("/api/v1/organizations/{acme}/roles/{}", roles::MEMBER)).await.ok(200);
        let mut permissions = vec!["invite_links.create", "invite_links.read"];
        permissions
            .extend(reading["permissions"].as_array().unwrap().iter().filter_map(|name| name.as_str()));
        let key = olga.post(&of(&acme, "api-keys"), json!({"title": "K", "permissions": permissions})).await;
        let key = world.with(Some(format!("Api-Key {}", key.ok(201)["secret"].as_str().unwrap())));
        make(&key, &acme, json!({"max_uses": 5, "roles": []})).await;
        assert_eq!(list("filter=max_uses=5").await.len(), 1);
        assert_eq!(list("filter=max_uses=5%20AND%20inviter:*").await, [0; 0], "a key is nobody");
        assert_eq!(list("filter=inviter:*").await.len(), 4);
        olga.get(&of(&acme, "invite-links?filter=secret:*")).await.problem(400, "invalid_filter");
        let first = olga.get(&of(&acme, "invite-links?page_size=4&show_total=true")).await.ok(200);
        assert_eq!(first["total_size"], 5);
        let next = first["next_page_token"].as_str().unwrap();
        assert_eq!(list(&format!("page_size=4&show_total=true&page_token={next}")).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn a_role_that_a_usable_link_offers_is_in_use_and_another_takes_its_place() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let made = make(&olga, &acme, json!({"max_uses": 1, "roles": [support, roles::READER]})).await;
        let path = of(&acme, &format!("roles/{support}"));
        olga.delete(&path).await.problem(409, "role_in_use");
        assert_eq!(olga.delete(&format!("{path}?reassign_to={}", roles::BILLING)).await.status, 204);
        let ada = world.person("ada").await;
        join(&ada, &token(&made)).await.ok(200);
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER, roles::BILLING]);
        // One that was used up holds nothing up.
        let other = role(&olga, &acme, "Other", &["members.read"]).await;
        let made = make(&olga, &acme, json!({"max_uses": 1, "roles": [other]})).await;
        assert_eq!(olga.delete(&of(&acme, &format!("invite-links/{}", id(&made)))).await.status, 204);
        assert_eq!(olga.delete(&of(&acme, &format!("roles/{other}"))).await.status, 204);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_goes_along_when_its_organization_goes_and_remembers_who_joined() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = crate::rights::child(&olga, &acme, "Sales").await;
        let made = make(&olga, &sales, json!({"max_uses": 5})).await;
        let ada = world.person("ada").await;
        join(&ada, &token(&made)).await.ok(200);
        olga.post(&of(&acme, &format!("children/{sales}/unlink")), json!({})).await.ok(200);
        assert_eq!(olga.delete(&member(&sales, &ada)).await.status, 204);
        join(&ada, &token(&made)).await.problem(409, "already_used");
        join(&world.person("bob").await, &token(&made)).await.ok(200);
        assert_eq!(seen(&olga, &sales, &made).await["uses"], 2);
        assert_sound(world).await;
    })
    .await;
}
