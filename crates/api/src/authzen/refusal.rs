//! What cannot be answered. What is wrong with the request as a whole is a problem with its HTTP status, as everywhere. What
//! is named in it and not known is denied, or found nowhere, and the answer's `context` says why.

use polity_app::{AppError, Kind, Op};
use polity_domain::ids::OrganizationId;
use polity_web::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// What fields are called here.
const FIELDS: &[(&str, &str)] = &[
    ("/permission", "/action/name"),
    ("/resource_type", "/resource/type"),
    ("page_token", "/page/token"),
    ("page_size", "/page/limit"),
];

/// What the subject, the action or the resource may name that is not known.
const NAMES: &[&str] = &["/action/name", "/resource/type", "/resource/id"];

/// Why a question was not answered
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenError {
    /// The HTTP status that the question would have had as a request of its own
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// As in problems: stable, snake_case
    #[schema(example = "not_found")]
    code: &'static str,
    /// For a person
    #[schema(example = "There is no such resource, or you may not know of it.")]
    message: String,
    /// What in the question it is about
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/action/name")]
    field: Option<String>,
}

impl AuthzenError {
    /// Why a question about something in `organization` was not answered. That somebody asked what they may not stands out in the
    /// logs, though the answer is none by its status.
    pub fn told(op: &Op, organization: Option<OrganizationId>, error: AppError) -> Self {
        if matches!(error.kind, Kind::NotFound | Kind::Forbidden) {
            op.tell_denied(organization);
        }
        let problem = Problem::from(renamed(error));
        Self {
            status: problem.status().as_u16(),
            code: problem.code(),
            message: problem.detail().to_owned(),
            field: problem.errors().first().map(|error| error.field.clone()),
        }
    }
}

/// The error with the fields as they are called here.
pub fn renamed(mut error: AppError) -> AppError {
    for field in &mut error.fields {
        if let Some((_, theirs)) = FIELDS.iter().find(|(ours, _)| *ours == field.field) {
            (*theirs).clone_into(&mut field.field);
        }
    }
    error
}

/// Whether nothing is wrong but that something was named that is not there, or nothing that the caller may know of.
pub fn is_unknown(error: &AppError) -> bool {
    let of_names = |field: &str| {
        let theirs = FIELDS.iter().find(|(ours, _)| *ours == field).map_or(field, |(_, theirs)| *theirs);
        NAMES.contains(&theirs)
    };
    match error.kind {
        Kind::NotFound => true,
        Kind::Invalid => error.fields.first().is_some_and(|field| of_names(&field.field)),
        _ => false,
    }
}
