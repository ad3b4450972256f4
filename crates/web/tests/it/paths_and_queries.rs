//! Path parameters, and query parameters that nobody knows.

use axum::http::Method;

use crate::server::{post_json, read, request, send};

const ORG: &str = "org_01hxw8f3k5e9vbq2r7c4m6n8p0";
const INV: &str = "inv_01hxw8f3k5e9vbq2r7c4m6n8p0";

#[tokio::test]
async fn a_path_holds_typed_ids() {
    let answer = read(&format!("/organizations/{ORG}/invitations/{INV}"), &[]).await;
    assert_eq!(
        (answer.body["organization"].as_str(), answer.body["invitation"].as_str()),
        (Some(ORG), Some(INV))
    );
}

#[tokio::test]
async fn root_stands_for_the_instance_where_an_organization_is_wanted() {
    let answer = read(&format!("/organizations/root/invitations/{INV}"), &[]).await;
    assert_eq!(answer.body["organization"], "org_00000000000000000000000000");
    let answer = read(&format!("/organizations/{ORG}/invitations/root"), &[]).await;
    assert_eq!(answer.is_problem(400, "invalid_id").errors()[0].0, "invitation_id");
}

#[tokio::test]
async fn a_wrong_id_is_400_with_the_parameters_name() {
    for wrong in
        [INV, "org_1", "ORG_01hxw8f3k5e9vbq2r7c4m6n8p0", "Root", "org_01hxw8f3k5e9vbq2r7c4m6n8pu", "1"]
    {
        let answer = read(&format!("/organizations/{wrong}/invitations/{INV}"), &[]).await;
        let expected = vec![("organization_id".to_owned(), "invalid_id".to_owned())];
        assert_eq!(answer.is_problem(400, "invalid_id").errors(), expected, "{wrong}");
    }
}

#[tokio::test]
async fn nul_and_broken_utf_8_in_a_path_are_400() {
    for wrong in ["org_%00", "%ff"] {
        let answer = read(&format!("/organizations/{wrong}/invitations/{INV}"), &[]).await;
        answer.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn unknown_query_parameters_are_400_with_their_names() {
    let answer = read("/people?page_size=1&api_key=pol_x&pagesize=2", &[]).await;
    let names: Vec<String> =
        answer.is_problem(400, "unknown_parameter").errors().into_iter().map(|e| e.0).collect();
    assert_eq!(names, ["api_key", "pagesize"]);
    assert!(!answer.body.to_string().contains("pol_x"));
}

#[tokio::test]
async fn a_route_without_parameters_refuses_them_too() {
    post_json("/people?page_size=1", r#"{"name":"Ann"}"#).await.is_problem(400, "unknown_parameter");
    let path = format!("/organizations/{ORG}/invitations/{INV}?x");
    read(&path, &[]).await.is_problem(400, "unknown_parameter");
    let answer = send(request(Method::HEAD, "/people?x=1", &[])).await;
    assert_eq!(answer.status, 400);
}
