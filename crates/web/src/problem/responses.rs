//! The failures that routes share, for the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use super::{FieldProblem, MEDIA_TYPE, ProblemDocument, codes_as_markdown};

/// Name of the shared response, status, description.
type Shared = (&'static str, &'static str, &'static str);

const SHARED: [Shared; 11] = [
    ("BadRequest", "400", "The input is wrong; `errors` names the fields or parameters."),
    ("Unauthenticated", "401", "No credential, or one that is unknown, malformed, expired or revoked."),
    ("Forbidden", "403", "Known, but not allowed; `required_permission` says what is missing."),
    ("NotFound", "404", "There is no such resource, or the caller may not know of it."),
    ("Conflict", "409", "It contradicts what is: a name that is taken, a state, the last owner, a cycle."),
    (
        "PreconditionFailed",
        "412",
        "The resource changed meanwhile: `If-Match` does not name its current ETag.",
    ),
    ("PayloadTooLarge", "413", "The body is over the limit (1 MiB unless configured otherwise)."),
    ("UnsupportedMediaType", "415", "The body is not JSON in UTF-8, or it is compressed."),
    ("TooManyRequests", "429", "Too often; `Retry-After` says when to come back."),
    ("InternalError", "500", "A fault on the server's side; the `request_id` finds it in the log."),
    ("Unavailable", "503", "Not now; try again later."),
];

/// What every route that asks for a credential may answer besides its success.
#[derive(Debug)]
pub struct Problems;

/// What a route that anybody may call can answer: as [`Problems`], without 401 and 403.
#[derive(Debug)]
pub struct PublicProblems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        references(|_| true)
    }
}

impl IntoResponses for PublicProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        references(|status| !matches!(status, "401" | "403"))
    }
}

fn references(wanted: impl Fn(&str) -> bool) -> BTreeMap<String, RefOr<Response>> {
    SHARED
        .iter()
        .filter(|(_, status, _)| wanted(status))
        .map(|(name, status, _)| ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name))))
        .collect()
}

/// Puts what [`Problems`] and [`PublicProblems`] refer to into the document's components, and the
/// table of codes at the end of its description.
pub fn register(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ProblemDocument::name().into_owned(), ProblemDocument::schema());
    components.schemas.insert(FieldProblem::name().into_owned(), FieldProblem::schema());
    for shared in SHARED {
        components.responses.insert(shared.0.to_owned(), RefOr::T(response(shared)));
    }
    let description = document.info.description.get_or_insert_default();
    description.push_str("\n\n## Codes of problems\n\n");
    description.push_str(&codes_as_markdown());
}

fn response((_, status, description): Shared) -> Response {
    let schema = Ref::from_schema_name(ProblemDocument::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response = ResponseBuilder::new().description(description).content(MEDIA_TYPE, content);
    if status == "401" {
        response =
            response.header("WWW-Authenticate", header(Type::String, "The ways to say who is asking."));
    }
    if matches!(status, "429" | "503") {
        response = response.header("Retry-After", header(Type::Integer, "When to come back, in seconds."));
    }
    if status == "429" {
        response = response
            .header(
                "RateLimit-Policy",
                header(Type::String, "The limit: its name, `q` times in `w` seconds."),
            )
            .header("RateLimit", header(Type::String, "Nothing is left of it for `t` seconds."));
    }
    response.build()
}

fn header(kind: Type, description: &str) -> utoipa::openapi::Header {
    let schema = ObjectBuilder::new().schema_type(kind);
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
