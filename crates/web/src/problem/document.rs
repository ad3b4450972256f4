//! The body of a problem.

use polity_app::error::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(
    as = Problem,
    example = json!({
        "type": "urn:polity:problem:invalid_value",
        "title": "Invalid value",
        "status": 400,
        "detail": "must be an e-mail address",
        "code": "invalid_value",
        "request_id": "req_01hxw8f3k5e9vbq2r7c4m6n8p0",
        "errors": [{"field": "/email", "code": "invalid_value", "detail": "must be an e-mail address"}]
    })
)]
pub struct ProblemDocument {
    /// Names the sort of problem: `urn:polity:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    pub kind: String,
    /// The sort of problem for a person; the same at every occurrence.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// This occurrence, for a person.
    pub detail: String,
    /// The sort of problem for a program: stable, snake_case.
    #[schema(pattern = "^[a-z][a-z0-9_]*$")]
    pub code: String,
    /// Finds the request in the log.
    pub request_id: String,
    /// The fields and parameters that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// The permission that the caller lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub required_permission: Option<String>,
    /// With 421: where the organization's own region answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub endpoint: Option<String>,
    /// What a door adds of its own.
    #[serde(flatten)]
    #[schema(ignore)]
    pub members: serde_json::Map<String, serde_json::Value>,
}

/// What is wrong with one field or parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON pointer into the body (`/roles/0`; empty for the body as a whole), or a parameter's name.
    pub field: String,
    /// The sort of mistake: stable, snake_case.
    #[schema(pattern = "^[a-z][a-z0-9_]*$")]
    pub code: String,
    /// The mistake, for a person.
    pub detail: String,
}

impl From<FieldError> for FieldProblem {
    fn from(error: FieldError) -> Self {
        Self { field: error.field, code: error.code.to_owned(), detail: error.detail }
    }
}
