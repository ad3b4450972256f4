//! Groups when people leave, organizations move, and the groups themselves go.

use polity_testkit::{Actor, json, on_each, roles};

use super::{give, group, inner, members, person, put};
use crate::rights::{assert_sound, at_once, child, codes, member, of};

async fn kinds(actor: &Actor, organization: &str, many: usize) -> Vec<String> {
    let list = actor.get(&of(organization, &format!("audit-events?page_size={many}"))).await.ok(200);
    let kinds = list["audit_events"].as_array().unwrap().iter();
    let mut kinds: Vec<_> = kinds.map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn whoever_leaves_or_is_removed_is_in_no_group_when_they_come_back() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let readers = group(&olga, &acme, "Readers").await;
        give(&olga, &acme, &readers, roles::READER).await.ok(201);
        let back = json!({"user": ada.user_id, "roles": [roles::MEMBER]});
        for leaves in [true, false] {
            put(&olga, &readers, person(&ada)).await.ok(201);
            ada.get(&of(&acme, "audit-events")).await.ok(200);
            let gone = if leaves {
                ada.post(&of(&acme, "members/leave"), json!({})).await
            } else {
                olga.delete(&member(&acme, &ada)).await
            };
            assert_eq!(gone.status, 204, "{}", gone.text);
            assert_eq!(
                kinds(&olga, &acme, 3).await,
                ["group.member_removed", "member.removed", "role_assignment.deleted"]
            );
            assert!(members(&olga, &readers, "").await.is_empty());
            olga.post(&of(&acme, "members"), back.clone()).await.ok(201);
            ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_deleted_group_takes_its_roles_and_places_along_in_one_unit() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let (outer, middle) = (group(&olga, &acme, "Outer").await, group(&olga, &acme, "Middle").await);
        let within = group(&olga, &acme, "Inner").await;
        put(&olga, &outer, inner(&middle)).await.ok(201);
        put(&olga, &middle, inner(&within)).await.ok(201);
        put(&olga, &within, person(&ada)).await.ok(201);
        give(&olga, &acme, &outer, roles::READER).await.ok(201);
        give(&olga, &acme, &middle, roles::BILLING).await.ok(201);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        assert_eq!(olga.delete(&middle).await.status, 204);
        assert_eq!(
            kinds(&olga, &acme, 4).await,
            ["group.deleted", "group.member_removed", "group.member_removed", "role_assignment.deleted"]
        );
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        assert!(members(&olga, &outer, "?transitive=true").await.is_empty());
        assert_eq!(members(&olga, &within, "").await, std::slice::from_ref(&ada.user_id));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ten_11_groups_go_along_to_another_tree_and_give_there_what_they_gave() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.person("ada").await;
        let body = json!({"user": ada.user_id, "roles": [roles::MEMBER]});
        olga.post(&of(&north, "members"), body).await.ok(201);
        let (above, outer, within) = (
            group(&olga, &acme, "Above").await,
            group(&olga, &north, "Outer").await,
            group(&olga, &north, "Inner").await,
        );
        give(&olga, &acme, &above, roles::READER).await.ok(201);
        let anna = world.join(&olga, &acme, "anna", roles::MEMBER).await;
        put(&olga, &above, person(&anna)).await.ok(201);
        put(&olga, &outer, inner(&within)).await.ok(201);
        put(&olga, &within, person(&ada)).await.ok(201);
        give(&olga, &north, &outer, roles::READER).await.ok(201);
        anna.get(&of(&north, "audit-events")).await.ok(200);
        olga.post(&of(&acme, &format!("children/{north}/unlink")), json!({})).await.ok(200);
        ada.get(&of(&north, "audit-events")).await.ok(200);
        anna.get(&of(&north, "audit-events")).await.problem(404, "not_found");
        assert_eq!(members(&olga, &outer, "?transitive=true").await.len(), 2);
        assert_sound(world).await;
        anna.get(&of(&acme, "audit-events")).await.ok(200);
        assert_eq!(olga.delete(&outer).await.status, 204);
        ada.get(&of(&north, "audit-events")).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_02_rac_06_two_groups_are_not_put_into_one_another_at_the_same_time() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (one, other) = (group(&olga, &acme, "One").await, group(&olga, &acme, "Other").await);
        let answers = at_once(2, |way| {
            let (outer, within) = if way == 0 { (&one, &other) } else { (&other, &one) };
            put(&olga, outer, inner(within))
        })
        .await;
        assert_eq!(codes(&answers), ["201", "cycle"]);
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let answers = at_once(4, |_| put(&olga, &one, person(&ada))).await;
        assert_eq!(codes(&answers), ["201", "already_exists", "already_exists", "already_exists"]);
        // Whoever is removed meanwhile is in no group afterwards, whichever came first.
        let third = group(&olga, &acme, "Third").await;
        at_once(2, |way| {
            let (olga, acme, ada, third) = (&olga, &acme, &ada, &third);
            async move {
                if way == 0 {
                    put(olga, third, person(ada)).await
                } else {
                    olga.delete(&member(acme, ada)).await
                }
            }
        })
        .await;
        assert!(members(&olga, &third, "").await.is_empty());
        assert_sound(world).await;
    })
    .await;
}
