//! The first administrator, who comes by a token.

use polity_app::identity::bootstrap_token;
use polity_testkit::{PASSWORD, json, on_each};

use crate::rights::{at_once, codes};

#[tokio::test]
async fn rac_08_of_twenty_who_bring_the_first_token_at_once_one_is_administrator() {
    on_each(async |world| {
        let token = bootstrap_token(&world.app).await.unwrap().unwrap().format();
        let replica = world.replica().await;
        let bring = async |i: usize| {
            // Every second one comes to the other server, if there is one.
            let server = replica.as_deref().filter(|_| i % 2 == 1).unwrap_or(world.base_url());
            let body = json!({"token": token.expose(), "email": format!("root{i}@example.com"),
                "password": PASSWORD, "display_name": "Root"});
            world.nobody().at(server).post("/api/v1/auth/bootstrap", body).await
        };
        let answers = at_once(20, bring).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1, "{:?}", codes(&answers));
        assert_eq!(codes(&answers).iter().filter(|code| *code == "invalid_token").count(), 19);
        let root = world.signed_in(&won[0].body);
        let members = root.get("/api/v1/organizations/root/members").await.ok(200);
        assert_eq!(members["members"].as_array().unwrap().len(), 1);
        // Those who lost have no account either.
        for (i, brought) in answers.iter().enumerate() {
            let body = json!({"email": format!("root{i}@example.com"), "password": PASSWORD});
            let answer = world.nobody().post("/api/v1/auth/login", body).await;
            assert_eq!(answer.status == 200, brought.status == 200, "{}", answer.text);
        }
        assert!(bootstrap_token(&world.app).await.unwrap().is_none());
    })
    .await;
}
