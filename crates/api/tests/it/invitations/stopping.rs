//! What ends or stops an invitation before it is answered.

use polity_testkit::{Actor, Answer, PASSWORD, World, json, on_each, roles};

use crate::rights::{child, id, of};

/// Somebody who was invited.
struct Guest {
    person: Actor,
    id: String,
    token: String,
}

async fn guest(world: &World, owner: &Actor, organization: &str, name: &str) -> Guest {
    let person = world.person(name).await;
    let id = id(&world.invite(owner, organization, name, roles::MEMBER).await);
    Guest { person, id, token: world.mailed_token(&format!("{name}@example.com")).await }
}

impl Guest {
    /// Every way to accept.
    async fn accepts(&self) -> [Answer; 2] {
        let accept = async |handle| self.person.post("/api/v1/invitations/accept", handle).await;
        [accept(json!({"token": self.token})).await, accept(json!({"id": self.id})).await]
    }
}

#[tokio::test]
async fn inv_05_what_was_revoked_is_accepted_by_nobody() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let one = guest(world, &olga, &acme, "ada").await;
        let other = guest(world, &olga, &acme, "bob").await;
        world.invite(&olga, &acme, "cleo", roles::MEMBER).await;
        let cleos = world.mailed_token("cleo@example.com").await;
        assert_eq!(olga.delete(&of(&acme, &format!("invitations/{}", one.id))).await.status, 204);
        let list = olga.get(&of(&acme, "invitations?filter=email=cleo@example.com")).await.ok(200);
        let ids = json!({"ids": [other.id, id(&list["invitations"][0])]});
        assert_eq!(olga.post(&of(&acme, "invitations/batch-delete"), ids).await.status, 204);
        for guest in [&one, &other] {
            for answer in guest.accepts().await {
                answer.problem(409, "revoked");
            }
            guest.person.get(&of(&acme, "members")).await.problem(404, "not_found");
        }
        // Nor is an account made of it.
        let body = json!({"token": cleos, "display_name": "Cleo", "password": PASSWORD});
        world.nobody().post("/api/v1/invitations/accept", body).await.problem(409, "revoked");
        let body = json!({"email": "cleo@example.com", "password": PASSWORD});
        world.nobody().post("/api/v1/auth/login", body).await.problem(401, "invalid_credentials");
    })
    .await;
}

#[tokio::test]
async fn inv_05_nobody_joins_what_is_suspended_or_below_it_until_it_goes_on() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let guests = [guest(world, &olga, &acme, "ada").await, guest(world, &olga, &sales, "bob").await];
        root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        for guest in &guests {
            for answer in guest.accepts().await {
                answer.problem(403, "organization_suspended");
            }
        }
        root.post(&of(&acme, "resume"), json!({})).await.ok(200);
        for guest in &guests {
            let [accepted, again] = guest.accepts().await;
            accepted.ok(200);
            again.problem(409, "already_used");
        }
    })
    .await;
}

#[tokio::test]
async fn inv_05_nobody_joins_what_is_deleted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let guest = guest(world, &olga, &sales, "ada").await;
        assert_eq!(olga.delete(&format!("/api/v1/organizations/{sales}")).await.status, 204);
        for answer in guest.accepts().await {
            answer.problem(404, "not_found");
        }
        olga.post(&of(&sales, "undelete"), json!({})).await.ok(200);
        guest.person.get(&of(&sales, "members")).await.problem(404, "not_found");
    })
    .await;
}
