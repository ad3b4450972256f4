//! List parameters.

use serde_json::json;

use crate::server::read;

#[tokio::test]
async fn the_parameters_are_read() {
    let answer =
        read("/people?page_size=10&filter=a%3D%22b+c%22&show_total=true&tag=x&tag=y&mood=grim", &[]).await;
    assert_eq!(
        answer.body,
        json!({"page_size": 10, "filter": "a=\"b c\"", "show_total": true, "mood": "grim", "tag": ["x", "y"]})
    );
}

#[tokio::test]
async fn absent_and_empty_parameters_are_none() {
    for uri in ["/people", "/people?", "/people?page_size=&filter=&"] {
        let answer = read(uri, &[]).await;
        assert!(answer.body["page_size"].is_null() && answer.body["filter"].is_null(), "{uri}");
    }
}

#[tokio::test]
async fn the_range_of_a_page_size_is_left_to_the_use_case() {
    assert_eq!(read("/people?page_size=1000000000000", &[]).await.body["page_size"], 1_000_000_000_000_i64);
    assert_eq!(read("/people?page_size=-1", &[]).await.body["page_size"], -1);
}

#[tokio::test]
async fn junk_is_400_with_the_parameters_name() {
    for (query, name) in [
        ("page_size=x", "page_size"),
        ("page_size=9223372036854775808", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("filter=a&filter=b", "filter"),
        ("show_total=yes", "show_total"),
        ("filter=%ff", "filter"),
        ("filter=%00", "filter"),
        ("filter=%zz", "filter"),
        ("filter=%4", "filter"),
    ] {
        let answer = read(&format!("/people?{query}"), &[]).await;
        let expected = vec![(name.to_owned(), "invalid_parameter".to_owned())];
        assert_eq!(answer.is_problem(400, "invalid_parameter").errors(), expected, "{query}");
    }
}

#[tokio::test]
async fn too_many_parameters_are_400() {
    let query: String = (0..101).map(|_| "tag=x&").collect();
    read(&format!("/people?{query}"), &[]).await.is_problem(400, "invalid_parameter");
}
