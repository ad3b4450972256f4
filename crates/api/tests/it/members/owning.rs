//! An organization is never without a lasting owner.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, at_once, child, codes, direct_roles, id, member, of, owners};

#[tokio::test]
async fn own_01_own_05_the_last_owner_stays() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = member(&acme, &olga);
        olga.delete(&path).await.problem(409, "last_owner");
        olga.patch(&path, json!({"roles": [roles::ADMIN]})).await.problem(409, "last_owner");
        olga.patch(&path, json!({"roles": []})).await.problem(409, "last_owner");
        olga.post(&of(&acme, "members/leave"), json!({})).await.problem(409, "last_owner");
        // Others who are no owners do not count.
        world.join(&olga, &acme, "ada", roles::ADMIN).await;
        olga.delete(&path).await.problem(409, "last_owner");
        assert_eq!(direct_roles(&olga, &acme, &olga).await, [roles::OWNER]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_04_the_last_owners_membership_gets_no_end() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let end = json!({"expire_time": "2027-01-01T00:00:00Z"});
        olga.patch(&member(&acme, &olga), end.clone()).await.problem(409, "last_owner");
        // An owner whose membership ends by itself is none to rely on.
        let ada = world.join(&olga, &acme, "ada", roles::OWNER).await;
        olga.patch(&member(&acme, &ada), end).await.ok(200);
        olga.post(&of(&acme, "members/leave"), json!({})).await.problem(409, "last_owner");
        olga.patch(&member(&acme, &ada), json!({"expire_time": null})).await.ok(200);
        assert_eq!(olga.post(&of(&acme, "members/leave"), json!({})).await.status, 204);
        assert_eq!(owners(&ada, &acme).await, 1);
    })
    .await;
}

#[tokio::test]
async fn own_04_the_last_owners_assignment_stays_and_no_timed_one_counts() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "role-assignments");
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": roles::OWNER,
            "expire_time": "2026-06-01T00:00:00Z"});
        olga.post(&path, body).await.ok(201);
        let own = olga.get(&format!("{path}?filter=user={}", olga.user_id)).await.ok(200);
        let own = format!("{path}/{}", id(&own["role_assignments"][0]));
        olga.delete(&own).await.problem(409, "last_owner");
        let preview = olga.delete(&format!("{own}?validate_only=true")).await.ok(200);
        assert_eq!(preview["ownerless"], json!([format!("organizations/{acme}")]));
    })
    .await;
}

#[tokio::test]
async fn own_02_rac_05_two_owners_who_demote_each_other_leave_one() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::OWNER).await;
        let down = json!({"roles": [roles::MEMBER]});
        let (of_ada, of_olga) = (member(&acme, &ada), member(&acme, &olga));
        let (one, other) = tokio::join!(olga.patch(&of_ada, down.clone()), ada.patch(&of_olga, down));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{} {}", one.text, other.text);
        assert_eq!(statuses[1], 403, "whoever came second was no owner any more");
        assert_eq!(owners(&olga, &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_02_rac_05_of_twenty_owners_who_leave_at_once_one_stays() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut all = vec![olga];
        for number in 1..20 {
            all.push(world.join(&all[0], &acme, &format!("owner{number}"), roles::OWNER).await);
        }
        let path = of(&acme, "members/leave");
        let answers = at_once(20, |number| {
            let (owner, path) = (all[number].clone(), path.clone());
            async move { owner.post(&path, json!({})).await }
        })
        .await;
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 204).collect();
        assert_eq!(refused.len(), 1, "{:?}", codes(&answers));
        assert_eq!(refused[0].body["code"], "last_owner");
        let last = answers.iter().position(|answer| answer.status != 204).unwrap();
        assert_eq!(owners(&all[last], &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_07_a_batch_counts_the_owners_that_it_leaves() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::OWNER).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let both = json!({"users": [olga.user_id, ada.user_id]});
        olga.post(&of(&acme, "members/batch-delete"), both).await.problem(409, "last_owner");
        let down = |who: &str, role: &str| json!({"user": who, "roles": [role]});
        let rows = json!({"members": [down(&olga.user_id, roles::ADMIN), down(&ada.user_id, roles::ADMIN)]});
        olga.post(&of(&acme, "members/batch-update"), rows).await.problem(409, "last_owner");
        assert_eq!(owners(&olga, &acme).await, 2, "nothing of either was done");
        // Owners can change places in one call, in whatever order it says so.
        let rows = json!({"members": [down(&olga.user_id, roles::ADMIN), down(&ada.user_id, roles::ADMIN),
            down(&bob.user_id, roles::OWNER)]});
        olga.post(&of(&acme, "members/batch-update"), rows).await.ok(200);
        assert_eq!(owners(&bob, &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_childs_last_owner_may_go_while_one_above_owns_it_too() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::OWNER).await;
        let _ = olga.post(&of(&north, "members/leave"), json!({})).await;
        assert_eq!(ada.post(&of(&north, "members/leave"), json!({})).await.status, 204);
        olga.get(&of(&north, "members")).await.ok(200);
        // But the one above is the last for both.
        olga.delete(&member(&acme, &olga)).await.problem(409, "last_owner");
    })
    .await;
}
