//! Questions are found without the router; written a little otherwise, the router finds them. Both ways
//! answer alike.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Answer, Method, Value, World, json, on_each};

use crate::rights::{key, of};

/// All of an answer but what no two answers share.
fn seen(mut answer: Answer) -> (u16, BTreeMap<String, String>, Value) {
    if let Some(problem) = answer.body.as_object_mut() {
        problem.remove("request_id");
    }
    let own = ["date", "x-request-id"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let text = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status, text, answer.body)
}

fn bodies(secret: &str, olga: &Actor) -> Vec<String> {
    let question = json!({"principal": {"type": "user", "id": olga.user_id}, "permission": "members.read"});
    let mut bodies = vec![
        question.to_string(),
        json!({"checks": [question, question]}).to_string(),
        json!({"key": secret}).to_string(),
        json!({"key": "pol_key_nonsense"}).to_string(),
        json!({"principal": ["user", olga.user_id], "permission": "members.read"}).to_string(),
        json!({"principal": {"type": "user", "id": "nobody"}, "permission": "members.read"}).to_string(),
        json!({"principal": {"type": "user", "id": olga.user_id}, "permission": "no.such"}).to_string(),
        json!({"surplus": 1}).to_string(),
        r#"{"key": "a", "key": "b"}"#.to_owned(),
        r#"{"key": "a\u0000b"}"#.to_owned(),
        "[]".to_owned(),
        "{".to_owned(),
        String::new(),
    ];
    bodies.push(format!(r#"{{"key": "{}"}}"#, "x".repeat(1_100_000)));
    bodies
}

async fn alike(actor: &Actor, path: &str, content_type: &str, body: &str) {
    let ask =
        async |path: &str| seen(actor.send_raw(Method::POST, path, content_type, body.to_owned()).await);
    let shown: String = body.chars().take(80).collect();
    assert_eq!(ask(path).await, ask(&format!("{path}?")).await, "{path}, {content_type}: {shown}");
}

async fn askers(world: &World, olga: &Actor, acme: &str) -> (Vec<Actor>, String) {
    let (asker, _) = key(world, olga, acme, &["access.check", "api_keys.verify"]).await;
    let (weak, _) = key(world, olga, acme, &["audit.read"]).await;
    let secret = weak.authorization().unwrap().trim_start_matches("Api-Key ").to_owned();
    let odd = ["Api-Key pol_key_x", "Bearer a b", "Basic eDp5", "nonsense"].map(str::to_owned);
    let mut askers = vec![olga.clone(), asker, weak, world.person("eve").await, world.nobody()];
    askers.extend(odd.into_iter().map(|authorization| world.with(Some(authorization))));
    (askers, secret)
}

#[tokio::test]
async fn a_question_is_answered_alike_with_and_without_the_router() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (askers, secret) = askers(world, &olga, &acme).await;
        let paths = [
            of(&acme, "access/check"),
            of(&acme, "access/batch-check"),
            of("org_01h455vb4pex5vsknk084sn02q", "access/check"),
            of("org_nonsense", "access/check"),
            of("root", "access/check"),
            "/api/v1/api-keys/verify".to_owned(),
        ];
        for asker in &askers {
            for path in &paths {
                for body in bodies(&secret, &olga) {
                    alike(asker, path, "application/json", &body).await;
                }
                alike(asker, path, "text/plain", "{}").await;
            }
        }
        let get = olga.send(Method::GET, &paths[0], None).await;
        assert_eq!((get.status, get.header("allow")), (405, "POST"));
    })
    .await;
}
