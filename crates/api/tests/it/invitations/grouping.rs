//! Groups that an invitation names.

use polity_testkit::{Actor, json, on_each, roles};

use crate::cases::{assert_unmoved, never_existed, revisions};
use crate::rights::{assert_sound, id, member, of, without_request_id};

/// A group that holds a role, or nothing.
async fn group(actor: &Actor, organization: &str, title: &str, role: Option<&str>) -> String {
    let group = id(&actor.post(&of(organization, "groups"), json!({"title": title})).await.ok(201));
    if let Some(role) = role {
        let holder = json!({"type": "group", "id": group});
        let body = json!({"principal": holder, "role": role});
        actor.post(&of(organization, "role-assignments"), body).await.ok(201);
    }
    group
}

/// Whether somebody is in a group.
async fn is_in(actor: &Actor, organization: &str, group: &str, who: &Actor) -> bool {
    let path = of(organization, &format!("groups/{group}/members/{}", who.user_id));
    actor.get(&path).await.status == 200
}

#[tokio::test]
async fn whoever_accepts_is_in_the_groups_that_the_invitation_names_and_that_are_left() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let readers = group(&olga, &acme, "Readers", Some(roles::READER)).await;
        let gone = group(&olga, &acme, "Gone", None).await;
        let ada = world.person("ada").await;
        let body = json!({"email": "ada@example.com", "groups": [readers, gone, readers]});
        let made = olga.post(&of(&acme, "invitations"), body).await.ok(201);
        assert_eq!(made["groups"].as_array().unwrap().len(), 2);
        let listed = olga.get(&of(&acme, &format!("invitations?filter=group={readers}"))).await.ok(200);
        assert_eq!(listed["invitations"].as_array().unwrap().len(), 1);
        assert_eq!(olga.delete(&of(&acme, &format!("groups/{gone}"))).await.status, 204);
        let token = world.mailed_token("ada@example.com").await;
        ada.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        assert!(is_in(&olga, &acme, &readers, &ada).await);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_05_nobody_invites_into_a_group_into_which_they_could_put_nobody() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (other, beta) = world.tenant("Beta", "otto").await;
        let admin = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let great = crate::rights::role(&olga, &acme, "Great", &["organizations.delete"]).await;
        let great = group(&olga, &acme, "Great", Some(&great)).await;
        let small = group(&olga, &acme, "Small", Some(roles::READER)).await;
        let theirs = group(&other, &beta, "Theirs", None).await;
        let path = of(&acme, "invitations");
        let invite = |group: &str| json!({"email": "bob@example.com", "groups": [group]});
        let before = revisions(world).await;
        admin.post(&path, invite(&great)).await.problem(403, "cannot_grant");
        let foreign = olga.post(&path, invite(&theirs)).await;
        let absent = olga.post(&path, invite(&never_existed(&theirs))).await;
        assert_eq!(without_request_id(&foreign), without_request_id(&absent));
        foreign.problem(400, "unknown_principal");
        assert_unmoved(world, &before, "promises").await;
        let (narrow, _) =
            crate::rights::key(world, &olga, &acme, &["invitations.create", "organizations.read"]).await;
        let least = crate::rights::role(&olga, &acme, "Least", &["organizations.read"]).await;
        let body = json!({"email": "bob@example.com", "roles": [least], "groups": [small]});
        let problem = narrow.post(&path, body).await.problem(403, "permission_denied");
        assert_eq!(problem["required_permission"], "groups.manage_members");
        // What somebody greater promised is not theirs to promise again.
        let made = olga.post(&path, invite(&great)).await.ok(201);
        let resend = of(&acme, &format!("invitations/{}/resend", id(&made)));
        admin.post(&resend, json!({})).await.problem(403, "cannot_grant");
    })
    .await;
}

#[tokio::test]
async fn inv_13_an_invitation_into_a_group_is_worth_what_its_inviter_could_still_do() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let admin = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let team = group(&olga, &acme, "Team", None).await;
        let bob = world.person("bob").await;
        let body = json!({"email": "bob@example.com", "groups": [team]});
        admin.post(&of(&acme, "invitations"), body).await.ok(201);
        let token = world.mailed_token("bob@example.com").await;
        // The group holds more by now than who invited could grant.
        let great = crate::rights::role(&olga, &acme, "Great", &["organizations.delete"]).await;
        let holder = json!({"type": "group", "id": team});
        let given = json!({"principal": holder, "role": great});
        let given = olga.post(&of(&acme, "role-assignments"), given).await.ok(201);
        let before = revisions(world).await;
        let accept = async || bob.post("/api/v1/invitations/accept", json!({"token": token})).await;
        accept().await.problem(409, "inviter_lost_rights");
        assert_unmoved(world, &before, "a promise that nobody vouches for").await;
        let given = of(&acme, &format!("role-assignments/{}", id(&given)));
        assert_eq!(olga.delete(&given).await.status, 204);
        accept().await.ok(200);
        assert!(is_in(&olga, &acme, &team, &bob).await);
        olga.get(&member(&acme, &bob)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
