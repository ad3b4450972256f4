//! `PATCH {O}/api-keys/{key_id}`

use garde::Validate;
use polity_app::api_keys::{ApiKeyPatch, update};
use polity_app::etag;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ApiKeyBody, ApiKeyPath, Network, a_title, networks};
use crate::v1::common::Timestamp;

/// What to change; what is absent stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyPatchBody {
    /// What people call it
    #[serde(default)]
    #[garde(inner(custom(a_title)))]
    #[schema(min_length = 1, max_length = 120, example = "Nightly import")]
    title: Option<String>,
    /// The names of all its permissions: at most what the caller holds
    #[serde(default)]
    #[garde(inner(length(max = 500), inner(length(bytes, max = 127))))]
    #[schema(max_items = 500, example = json!(["members.read"]))]
    permissions: Option<Vec<String>>,
    /// The networks that it may be used from; empty: anywhere
    #[serde(default)]
    #[garde(inner(length(max = 100)))]
    #[schema(value_type = Option<Vec<String>>, max_items = 100, example = json!(["203.0.113.0/24"]))]
    allowed_cidrs: Option<Vec<Network>>,
    /// Requests a minute; `null`: without limit
    #[serde(default)]
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1_000_000, example = 600)]
    rate_limit_per_minute: Maybe<u32>,
    /// When it ends by itself; `null`: never
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Timestamp>)]
    expire_time: Maybe<Timestamp>,
}

impl From<ApiKeyPatchBody> for ApiKeyPatch {
    fn from(body: ApiKeyPatchBody) -> Self {
        Self {
            title: body.title,
            permissions: body.permissions,
            expire_time: body.expire_time.map(|time| time.0).change(),
            allowed_cidrs: body.allowed_cidrs.map(networks),
            rate_limit_per_minute: body.rate_limit_per_minute.change(),
        }
    }
}

/// Change an API key
///
/// The caller must hold all that the key has before and after (403 `cannot_grant`).
#[utoipa::path(patch, path = "/organizations/{organization_id}/api-keys/{key_id}", operation_id = "update_api_key",
    tag = "API keys", params(ApiKeyPath), request_body = ApiKeyPatchBody,
    responses((status = 200, description = "The key as it is now", body = ApiKeyBody), Problems))]
pub async fn update_api_key(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<ApiKeyPatchBody>,
) -> Result<Resource<ApiKeyBody>, Problem> {
    let view = update(&op, at.organization_id, at.key_id, body.into(), &if_match).await?;
    Ok(Resource::new(ApiKeyBody::from(&view)).etag(etag(view.revision)))
}
