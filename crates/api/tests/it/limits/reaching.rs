//! Nothing is made beyond a limit, by no way and by nobody who hurries.

use polity_testkit::{Actor, Answer, json, on_each, roles};

use super::{limit, set};
use crate::rights::{assert_sound, at_once, child, codes, of};

#[tokio::test]
async fn inv_14_a_full_organization_takes_nobody_in() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        for name in ["ada", "bob"] {
            world.invite(&owner, &acme, name, roles::MEMBER).await;
        }
        set(&owner, &acme, json!({"members": 2})).await.ok(200);
        let accept = async |actor: &Actor, name: &str| -> Answer {
            let token = world.mailed_token(&format!("{name}@example.com")).await;
            actor.post("/api/v1/invitations/accept", json!({"token": token})).await
        };
        assert_eq!(accept(&ada, "ada").await.status, 200);
        accept(&bob, "bob").await.problem(409, "seat_limit");
        let add = json!({"user": bob.user_id});
        owner.post(&of(&acme, "members"), add.clone()).await.problem(409, "limit_exceeded");
        assert_eq!(limit(&owner, &acme, "members").await["used"], 2);
        let pending = owner.get(&of(&acme, "invitations?filter=state=PENDING")).await.ok(200);
        assert_eq!(pending["invitations"].as_array().unwrap().len(), 1, "it can still be accepted");
        assert_eq!(owner.delete(&of(&acme, &format!("members/{}", ada.user_id))).await.status, 204);
        assert_eq!(accept(&bob, "bob").await.status, 200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn children_are_made_moved_and_restored_up_to_the_limit() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let moving = child(&owner, &acme, "Moving").await;
        let gone = child(&owner, &below, "Gone").await;
        assert_eq!(owner.delete(&format!("/api/v1/organizations/{gone}")).await.status, 204);
        set(&owner, &below, json!({"children": 1})).await.ok(200);
        let made = child(&owner, &below, "First").await;
        let second = json!({"title": "Second"});
        owner.post(&of(&below, "children"), second.clone()).await.problem(409, "limit_exceeded");
        owner.post(&of(&moving, "move"), json!({"parent": below})).await.problem(409, "limit_exceeded");
        owner.post(&of(&gone, "undelete"), json!({})).await.problem(409, "limit_exceeded");
        // Within the line it stays counted once, and from another tree it is counted as well.
        let beta = owner.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201);
        let path = of(beta["id"].as_str().unwrap(), "move");
        owner.post(&path, json!({"parent": below})).await.problem(409, "limit_exceeded");
        owner.post(&of(&made, "move"), json!({"parent": acme})).await.ok(200);
        assert_eq!(limit(&owner, &below, "children").await["used"], 0);
        owner.post(&path, json!({"parent": below})).await.ok(200);
        owner.post(&of(&below, "children"), second).await.problem(409, "limit_exceeded");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn invitations_wait_for_an_answer_up_to_the_limit() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        set(&owner, &acme, json!({"invitations_pending": 2})).await.ok(200);
        let rows: Vec<_> = (0..4).map(|i| json!({"email": format!("guest{i}@example.com")})).collect();
        let path = of(&acme, "invitations/batch-create");
        let batch = owner.post(&path, json!({"invitations": rows})).await.ok(200).to_string();
        assert_eq!(batch.matches("limit_exceeded").count(), 2, "{batch}");
        let one = json!({"email": "other@example.com"});
        owner.post(&of(&acme, "invitations"), one.clone()).await.problem(409, "limit_exceeded");
        let pending = owner.get(&of(&acme, "invitations?filter=state=PENDING")).await.ok(200);
        let ids: Vec<String> = pending["invitations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), 2);
        owner.post(&of(&acme, &format!("invitations/{}/resend", ids[0])), json!({})).await.ok(200);
        world.clock.advance_micros(8 * 86_400 * 1_000_000);
        let owner = world.sign_in("olga").await;
        owner.post(&of(&acme, "invitations"), one).await.ok(201);
        owner.post(&of(&acme, &format!("invitations/{}/resend", ids[0])), json!({})).await.ok(200);
        let resend = of(&acme, &format!("invitations/{}/resend", ids[1]));
        owner.post(&resend, json!({})).await.problem(409, "limit_exceeded");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_07_of_twenty_that_want_the_last_place_at_once_one_gets_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let mut people = Vec::new();
        for i in 0..20 {
            people.push(world.person(&format!("person{i}")).await.user_id);
        }
        set(&owner, &acme, json!({"members": 2, "api_keys": 1, "children": 1, "groups": 1, "workspaces": 1}))
            .await
            .ok(200);
        let makes: [(&str, &dyn Fn(usize) -> polity_testkit::Value); 5] = [
            ("members", &|i| json!({"user": people[i]})),
            ("api-keys", &|_| json!({"title": "k", "permissions": []})),
            ("groups", &|i| json!({"title": format!("Group {i}")})),
            ("children", &|i| json!({"title": format!("Unit {i}")})),
            ("workspaces", &|i| json!({"title": format!("Workspace {i}")})),
        ];
        for (what, body) in makes {
            let path = of(&acme, what);
            let answers = at_once(20, |i| {
                let (owner, path, body) = (owner.clone(), path.clone(), body(i));
                async move { owner.post(&path, body).await }
            })
            .await;
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(made, 1, "{what}: {:?}", codes(&answers));
            let full = codes(&answers).iter().filter(|code| *code == "limit_exceeded").count();
            assert_eq!(full, 19, "{what}: {:?}", codes(&answers));
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_out_of_limits_by_being_let_go() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let local = world.join(&owner, &below, "lisa", roles::OWNER).await;
        set(&root, "root", json!({"groups": 90})).await.ok(200);
        set(&owner, &acme, json!({"groups": 1, "api_keys": 9})).await.ok(200);
        set(&owner, &below, json!({"api_keys": 3})).await.ok(200);
        owner.post(&of(&acme, &format!("children/{below}/unlink")), json!({})).await.ok(200);
        let granted =
            json!({"limit": 1, "used": 0, "source": format!("organizations/{below}"), "granted": 1});
        assert_eq!(limit(&local, &below, "groups").await, granted);
        assert_eq!(limit(&local, &below, "api_keys").await["limit"], 3);
        set(&local, &below, json!({"groups": 2})).await.problem(403, "limit_raise_denied");
        set(&root, &below, json!({"groups": 2})).await.ok(200);
        set(&root, "root", json!({"groups": null})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
