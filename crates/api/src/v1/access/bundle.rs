//! `GET {O}/access/bundle`

use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use polity_app::access::{Fetched, bundle};
use polity_web::{At, Caller, IfNoneMatch, Problem, Problems};

use crate::v1::common::OrganizationPath;

/// Carry away what decides access here
///
/// A signed bundle, from which a service decides by itself what `access/check` would say, for the organization of the
/// path and those below that inherit its roles, as far as the caller's right reaches down. It holds who holds what there,
/// and what is held above as far as it reaches down: ids only, neither names nor addresses, and nothing of organizations
/// beside it. Its lines are JSON: a header, a signature by one of the keys of `/.well-known/jwks.json`, and one fact a
/// line. `access/events` tells what changes afterwards. See the guide *Embedding*.
///
/// One of more than 64 MiB is refused with `bundle_too_large`.
#[utoipa::path(get, path = "/organizations/{organization_id}/access/bundle", operation_id = "get_access_bundle",
    tag = "Access", params(OrganizationPath),
    responses((status = 200, description = "The bundle", content_type = "application/x-ndjson", body = String,
        headers(("ETag" = String, description = "For `If-None-Match`"))), Problems))]
pub async fn get_access_bundle(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let fetched = bundle(&op, at.organization_id, |tag| known.has(tag)).await?;
    let tag = |tag: &str| HeaderValue::try_from(format!("\"{tag}\"")).map_err(Problem::internal);
    Ok(match fetched {
        Fetched::Known(etag) => (StatusCode::NOT_MODIFIED, [(ETAG, tag(&etag)?)]).into_response(),
        Fetched::Bundle(bundle) => {
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson")),
                (ETAG, tag(&bundle.etag)?),
            ];
            (headers, bundle.bytes).into_response()
        }
    })
}
