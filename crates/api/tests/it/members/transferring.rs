//! Offers of ownership.

use polity_testkit::{Actor, World, json, on_each, roles};

use crate::rights::{assert_sound, at_once, codes, direct_roles, id, key, member, of, owners};

/// An organization with an owner, an administrator and an offer between them; gives the offer's path.
async fn offered(world: &World) -> (Actor, Actor, String, String) {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
    let body = json!({"user": format!("users/{}", ada.user_id)});
    let offer = olga.post(&of(&acme, "ownership-transfers"), body).await.ok(201);
    assert_eq!(
        (&offer["state"], &offer["from_user"]),
        (&json!("PENDING"), &json!(format!("users/{}", olga.user_id)))
    );
    let path = of(&acme, &format!("ownership-transfers/{}", id(&offer)));
    (olga, ada, acme, path)
}

#[tokio::test]
async fn own_06_nothing_changes_until_it_is_accepted_and_then_all_at_once() {
    on_each(async |world| {
        let (olga, ada, acme, path) = offered(world).await;
        assert_eq!(direct_roles(&olga, &acme, &olga).await, [roles::OWNER]);
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::MEMBER]);
        let answer = ada.post(&format!("{path}/accept"), json!({})).await;
        let tag = answer.header("etag").to_owned();
        assert_eq!(answer.ok(200)["state"], "ACCEPTED");
        assert_eq!(direct_roles(&ada, &acme, &ada).await, [roles::OWNER, roles::MEMBER]);
        assert_eq!(direct_roles(&ada, &acme, &olga).await, [roles::ADMIN]);
        assert_eq!(ada.get(&path).await.header("etag"), tag);
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "not_pending");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_06_a_declined_cancelled_or_expired_offer_leaves_the_owner() {
    on_each(async |world| {
        let (olga, ada, acme, path) = offered(world).await;
        assert_eq!(ada.post(&format!("{path}/decline"), json!({})).await.ok(200)["state"], "DECLINED");
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "not_pending");
        let again = olga.post(&of(&acme, "ownership-transfers"), json!({"user": ada.user_id})).await.ok(201);
        let path = of(&acme, &format!("ownership-transfers/{}", id(&again)));
        assert_eq!(olga.post(&format!("{path}/cancel"), json!({})).await.ok(200)["state"], "CANCELLED");
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "not_pending");
        let again = olga.post(&of(&acme, "ownership-transfers"), json!({"user": ada.user_id})).await.ok(201);
        let path = of(&acme, &format!("ownership-transfers/{}", id(&again)));
        world.clock.advance(14 * 86_400);
        let ada = world.sign_in("ada").await;
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "not_pending");
        assert_eq!(owners(&ada, &acme).await, 1);
    })
    .await;
}

#[tokio::test]
async fn own_06_two_offers_that_race_make_one_owner() {
    on_each(async |world| {
        let (olga, ada, acme, first) = offered(world).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        let other = olga.post(&of(&acme, "ownership-transfers"), json!({"user": bob.user_id})).await.ok(201);
        let second = of(&acme, &format!("ownership-transfers/{}", id(&other)));
        let (first, second) = (format!("{first}/accept"), format!("{second}/accept"));
        let (one, two) = tokio::join!(ada.post(&first, json!({})), bob.post(&second, json!({})));
        assert_eq!(codes(&[one, two]), ["200", "owner_lost_rights"]);
        assert_eq!(owners(&olga, &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn own_06_of_twenty_accepts_at_once_one_is_done() {
    on_each(async |world| {
        let (_, ada, acme, path) = offered(world).await;
        let accept = format!("{path}/accept");
        let answers = at_once(20, |_| ada.post(&accept, json!({}))).await;
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{:?}", codes(&answers));
        assert_eq!(owners(&ada, &acme).await, 1);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_two_and_owners_know_of_an_offer_and_only_the_one_answers() {
    on_each(async |world| {
        let (olga, ada, acme, path) = offered(world).await;
        let bob = world.join(&olga, &acme, "bob", roles::ADMIN).await;
        let eve = world.person("eve").await;
        bob.get(&path).await.problem(404, "not_found");
        eve.get(&path).await.problem(404, "not_found");
        ada.get(&path).await.ok(200);
        bob.post(&format!("{path}/accept"), json!({})).await.problem(404, "not_found");
        eve.post(&format!("{path}/decline"), json!({})).await.problem(404, "not_found");
        olga.post(&format!("{path}/accept"), json!({})).await.problem(403, "wrong_account");
        bob.post(&format!("{path}/cancel"), json!({})).await.problem(403, "permission_denied");
        let list = of(&acme, "ownership-transfers");
        assert_eq!(olga.get(&list).await.ok(200)["ownership_transfers"].as_array().unwrap().len(), 1);
        assert_eq!(ada.get(&list).await.ok(200)["ownership_transfers"].as_array().unwrap().len(), 1);
        assert_eq!(bob.get(&list).await.ok(200)["ownership_transfers"], json!([]));
        let (machine, _) = key(world, &olga, &acme, &["ownership.transfer"]).await;
        machine.post(&list, json!({"user": ada.user_id})).await.problem(403, "person_required");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_offered_is_refused() {
    on_each(async |world| {
        let (olga, ada, acme, _) = offered(world).await;
        let path = of(&acme, "ownership-transfers");
        let eve = world.person("eve").await;
        olga.post(&path, json!({"user": ada.user_id})).await.problem(409, "already_exists");
        olga.post(&path, json!({"user": eve.user_id})).await.problem(400, "not_a_member");
        olga.post(&path, json!({"user": olga.user_id})).await.problem(400, "not_a_member");
        let bob = world.join(&olga, &acme, "bob", roles::OWNER).await;
        olga.post(&path, json!({"user": bob.user_id})).await.problem(409, "already_owner");
        ada.post(&path, json!({"user": bob.user_id})).await.problem(403, "permission_denied");
    })
    .await;
}

#[tokio::test]
async fn an_offer_ends_with_the_membership_of_either() {
    on_each(async |world| {
        let (olga, ada, acme, path) = offered(world).await;
        olga.delete(&member(&acme, &ada)).await;
        assert_eq!(olga.get(&path).await.ok(200)["state"], "CANCELLED");
        olga.post(&of(&acme, "members"), json!({"user": ada.user_id})).await.ok(201);
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "not_pending");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_offer_is_worth_what_the_offerer_still_is() {
    on_each(async |world| {
        let (olga, ada, acme, path) = offered(world).await;
        let bob = world.join(&olga, &acme, "bob", roles::OWNER).await;
        bob.patch(&member(&acme, &olga), json!({"roles": [roles::MEMBER]})).await.ok(200);
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "owner_lost_rights");
        // And what the membership of the other is.
        let offer = bob.post(&of(&acme, "ownership-transfers"), json!({"user": ada.user_id})).await.ok(201);
        let path = of(&acme, &format!("ownership-transfers/{}", id(&offer)));
        bob.patch(&member(&acme, &ada), json!({"expire_time": "2026-12-01T00:00:00Z"})).await.ok(200);
        ada.post(&format!("{path}/accept"), json!({})).await.problem(409, "membership_expires");
    })
    .await;
}
