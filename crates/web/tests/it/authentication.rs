//! The credential that a request presents.

use polity_web::Presented;

use crate::server::{Answer, read};

async fn with(authorization: &str) -> Answer {
    read("/whoami", &[("authorization", authorization)]).await
}

#[tokio::test]
async fn each_scheme_is_read_whatever_its_case() {
    for (header, scheme) in [
        ("Bearer pol_x", "bearer"),
        ("bearer pol_x", "bearer"),
        ("Api-Key pol_x", "api-key"),
        ("API-KEY pol_x", "api-key"),
        ("Basic dXNlcjpwb2xfeA==", "basic"),
        ("basic OnBvbF94", "basic"),
    ] {
        let answer = with(header).await;
        assert_eq!(
            (answer.body["scheme"].as_str(), answer.body["secret"].as_str()),
            (Some(scheme), Some("pol_x"))
        );
    }
    assert_eq!(read("/whoami", &[]).await.body["scheme"], "none");
}

#[tokio::test]
async fn only_the_first_colon_parts_the_password() {
    // "user:a:b"
    assert_eq!(with("Basic dXNlcjphOmI=").await.body["secret"], "a:b");
}

#[tokio::test]
async fn more_than_one_credential_is_400() {
    for header in
        ["Bearer  x", "Bearer x ", "Bearer x y", "Bearer x, Basic eDp5", "Bearer x,y", "Bearer\tx y"]
    {
        with(header).await.is_problem(400, "invalid_authorization");
    }
    let two = [("authorization", "Bearer x"), ("authorization", "Bearer x")];
    read("/whoami", &two).await.is_problem(400, "invalid_authorization");
}

#[tokio::test]
async fn what_is_no_credential_of_ours_is_401() {
    let long = format!("Bearer {}", "x".repeat(4096));
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "pol_x",
        "Digest x",
        "ApiKey x",
        "Bearer ä",
        "Bearer \"x\"",
        "Bearer =",
        "Basic pol_x",
        "Basic bm9jb2xvbg==",
        "Basic dXNlcjo=",
        "Basic //8=",
        &long,
    ] {
        with(header).await.is_problem(401, "unauthenticated");
    }
}

#[test]
fn a_credential_does_not_show_when_it_is_printed() {
    for presented in [
        Presented::Bearer("pol_x".to_owned()),
        Presented::ApiKey("pol_x".to_owned()),
        Presented::Basic { password: "pol_x".to_owned() },
    ] {
        assert!(!format!("{presented:?}").contains("pol"));
    }
}
