//! Entity tags and what is made to depend on them.

use axum::http::Method;

use crate::server::{read, request, send, send_body};

async fn patch(condition: &[(&str, &str)]) -> crate::server::Answer {
    send_body(Method::PATCH, "/people/1", "application/json", "{}", condition).await
}

#[tokio::test]
async fn a_read_with_the_current_tag_is_304() {
    for condition in ["\"v1\"", "W/\"v1\"", "*", "\"a,b\" , \"v1\""] {
        let answer = read("/people/1", &[("if-none-match", condition)]).await;
        assert_eq!((answer.status, answer.header("etag")), (304, "\"v1\""), "{condition}");
        assert_eq!(answer.body, "");
        assert_eq!(answer.header("content-type"), "");
    }
}

#[tokio::test]
async fn a_read_with_another_tag_is_200() {
    for condition in ["\"v0\"", "v1", "\"v1", ""] {
        let answer = read("/people/1", &[("if-none-match", condition)]).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "\"v1\""), "{condition}");
    }
}

#[tokio::test]
async fn a_change_with_the_current_tag_is_made() {
    for condition in ["\"r1\"", "*", "\"r0\", \"r1\"", ",\"r1\","] {
        assert_eq!(patch(&[("if-match", condition)]).await.status, 200, "{condition}");
    }
    assert_eq!(patch(&[("if-match", "\"r0\""), ("if-match", "\"r1\"")]).await.status, 200);
    assert_eq!(patch(&[]).await.header("etag"), "\"v2\"");
}

#[tokio::test]
async fn a_change_with_another_or_a_weak_tag_is_412() {
    for condition in ["\"r0\"", "W/\"r1\"", "\"R1\"", "\"\""] {
        patch(&[("if-match", condition)]).await.is_problem(412, "etag_mismatch");
    }
}

#[tokio::test]
async fn a_condition_that_is_no_list_of_tags_is_400() {
    for condition in ["r1", "\"r1", "\"r1\" \"r2\"", "", ",", "*,\"r1\"", "w/\"r1\"", "\"a b\""] {
        let answer = patch(&[("if-match", condition)]).await;
        assert_eq!(answer.is_problem(400, "invalid_header").errors()[0].0, "If-Match", "{condition}");
    }
}

#[tokio::test]
async fn a_write_says_its_revision_and_a_read_does_not() {
    let answer = send(request(Method::DELETE, "/people/1", &[])).await;
    assert_eq!((answer.status, answer.header("polity-revision")), (204, "org_00000000000000000000000001.8"));
    assert!(!read("/people/1", &[]).await.headers.contains_key("polity-revision"));
}
