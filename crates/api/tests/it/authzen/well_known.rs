//! The metadata, and what the specification says of HTTP.

use polity_testkit::{Method, Value, json, on_each};

use super::{ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, organization, question, user};

const METADATA: &str = "/.well-known/authzen-configuration";

#[tokio::test]
async fn the_metadata_says_where_what_is_asked_to_anybody() {
    on_each(async |world| {
        let answer = world.nobody().get(METADATA).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        let public = "https://polity.test";
        let metadata = answer.ok(200);
        let expected = json!({
            "policy_decision_point": public,
            "access_evaluation_endpoint": format!("{public}{EVALUATION}"),
            "access_evaluations_endpoint": format!("{public}{EVALUATIONS}"),
            "search_subject_endpoint": format!("{public}{SUBJECT}"),
            "search_resource_endpoint": format!("{public}{RESOURCE}"),
            "search_action_endpoint": format!("{public}{ACTION}"),
        });
        assert_eq!(metadata, expected);
        // What is printed differs by the origin, and knows fewer endpoints.
        let printed: Value = serde_json::from_str(include_str!("specification.json")).unwrap();
        for (name, value) in printed["metadata"].as_object().unwrap() {
            let theirs = value.as_str().unwrap().replace("https://pdp.example.com", public);
            assert_eq!(metadata[name], theirs);
        }
        // Whatever host was asked: another one cannot make this decision point speak for itself.
        let elsewhere = world.nobody().header("host", "evil.example.com");
        let elsewhere = elsewhere.header("x-forwarded-host", "evil.example.com").get(METADATA).await;
        assert_eq!(elsewhere.ok(200), expected);
        world.nobody().get(&format!("{METADATA}/tenant1")).await.problem(404, "route_not_found");
        assert_eq!(world.nobody().send(Method::POST, METADATA, Some(json!({}))).await.status, 405);
    })
    .await;
}

#[tokio::test]
async fn a_requests_id_comes_back_whatever_it_holds() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let asked = question(&user(&olga), "members.read", &organization(&acme));
        let long = "x".repeat(1000);
        let ids = ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "a b/c:d=\"e\"", "<script>", "{}", &long];
        for id in ids {
            let named = olga.header("x-request-id", id);
            for path in [EVALUATION, EVALUATIONS, SUBJECT, ACTION] {
                assert_eq!(named.post(path, asked.clone()).await.header("x-request-id"), id);
                let refused = named.post(path, json!({})).await;
                assert_eq!((refused.status, refused.header("x-request-id")), (400, id));
                let told = refused.body["request_id"].as_str().unwrap();
                assert!(told == id || told.starts_with("req_"), "{told}");
            }
            let nobody = world.nobody().header("x-request-id", id).post(EVALUATION, asked.clone()).await;
            assert_eq!((nobody.status, nobody.header("x-request-id")), (401, id));
            assert!(nobody.header("www-authenticate").starts_with("Bearer realm="));
            let unknown = named.post("/access/v1/nothing", json!({})).await;
            assert_eq!((unknown.status, unknown.header("x-request-id")), (404, id));
        }
        // Elsewhere a harmful one is replaced.
        let path = format!("/api/v1/organizations/{acme}");
        assert!(
            olga.header("x-request-id", "<script>")
                .get(&path)
                .await
                .header("x-request-id")
                .starts_with("req_")
        );
        let made = olga.post(EVALUATION, asked).await;
        assert!(made.header("x-request-id").starts_with("req_"));
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_json_that_nobody_keeps() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let asked = question(&user(&olga), "members.read", &organization(&acme));
        for path in [EVALUATION, EVALUATIONS, SUBJECT, ACTION] {
            let answer = olga.post(path, asked.clone()).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{path}");
            assert!(answer.header("cache-control").contains("no-store"));
            let text = olga.send_raw(Method::POST, path, "text/plain", asked.to_string()).await;
            text.problem(415, "unsupported_media_type");
            let utf8 =
                olga.send_raw(Method::POST, path, "application/json; charset=utf-8", asked.to_string()).await;
            assert_eq!(utf8.status, 200);
        }
    })
    .await;
}
