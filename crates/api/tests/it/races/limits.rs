//! Creates at a limit.

use polity_testkit::{Value, json, on_each, on_each_with};

use crate::cases::Acme;
use crate::rights::{at_once, codes};

#[tokio::test]
async fn rac_07_of_twenty_invitations_at_a_limit_of_five_five_are_made() {
    on_each_with(
        |settings| settings.invitations_per_day = 5,
        async |world| {
            let (olga, acme) = world.tenant("Acme", "olga").await;
            let path = format!("/api/v1/organizations/{acme}/invitations");
            let invite = async |i| olga.post(&path, json!({"email": format!("guest{i}@example.com")})).await;
            let answers = at_once(20, invite).await;
            let made = answers.iter().filter(|answer| answer.status == 201).count();
            assert_eq!(made, 5, "{:?}", codes(&answers));
            assert!(
                answers.iter().all(|answer| matches!(answer.status, 201 | 409 | 429)),
                "{:?}",
                codes(&answers)
            );
            // Neither does a batch get past it.
            let rows: Vec<Value> = (0..3).map(|i| json!({"email": format!("more{i}@example.com")})).collect();
            let batch = olga.post(&format!("{path}/batch-create"), json!({"invitations": rows})).await;
            assert!(!batch.text.contains("CREATED"), "{}", batch.text);
            world.clock.advance(86_401);
            let olga = world.sign_in("olga").await;
            olga.post(&path, json!({"email": "later@example.com"})).await.ok(201);
        },
    )
    .await;
}

/// There may be a thousand of each of these in an organization.
const MOST: usize = 1_000;

/// Makes all but five of those that there may be, then twenty at once.
async fn fill(acme: &Acme<'_>, path: &str, body: impl Fn(usize) -> Value) {
    let path = acme.path(path);
    let create = async |number: usize| acme.owner.post(&path, body(number)).await;
    for number in (0..MOST - 5).step_by(5) {
        let filling = at_once(5, |next| create(number + next)).await;
        assert!(filling.iter().all(|answer| answer.status == 201), "{path}: {:?}", codes(&filling));
    }
    let answers = at_once(20, |next| create(MOST + next)).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = codes(&answers).iter().filter(|code| *code == "limit_reached").count();
    assert_eq!((made, refused), (5, 15), "{path}: {:?}", codes(&answers));
}

#[tokio::test]
async fn rac_07_of_twenty_keys_roles_or_permissions_at_a_limit_as_many_are_made_as_there_is_room_for() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        fill(&acme, "/api-keys", |number| json!({"title": format!("Key {number}"), "permissions": []})).await;
        fill(&acme, "/roles", |number| json!({"title": format!("Role {number}"), "permissions": []})).await;
        let name = |number| format!("documents.action_{number}");
        let permission = |number| json!({"name": name(number), "description": "An action", "danger": "READ"});
        fill(&acme, "/permissions", permission).await;
    })
    .await;
}
