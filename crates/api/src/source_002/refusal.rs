//! `validationMessages`: how the document says what is wrong.

use axum::http::StatusCode;
use polity_web::Problem;
use serde_json::{Map, Value};

/// The canonical field, and what the document calls it.
const FIELDS: &[(&str, &str)] = &[("/title", "accountName"), ("/accountName", "accountName")];

/// What keeps an account from being made is 400 with `validationMessages`, also what elsewhere is 403 or 409.
pub fn refusal(problem: Problem) -> Problem {
    let status = problem.status();
    if !matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::CONFLICT) {
        return problem;
    }
    let mut messages: Map<String, Value> = problem
        .errors()
        .iter()
        .map(|error| (name(&error.field), Value::String(error.detail.clone())))
        .collect();
    if messages.is_empty() {
        messages.insert("request".to_owned(), Value::String(problem.detail().to_owned()));
    }
    problem.with_status(StatusCode::BAD_REQUEST).member("validationMessages", Value::Object(messages))
}

fn name(field: &str) -> String {
    let theirs = FIELDS.iter().find(|(ours, _)| *ours == field).map(|(_, theirs)| *theirs);
    theirs.unwrap_or(field.trim_start_matches('/')).to_owned()
}
