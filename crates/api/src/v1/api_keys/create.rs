//! `POST {O}/api-keys`

use garde::Validate;
use polity_app::api_keys::{NewApiKey, create};
use polity_app::etag;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ApiKeyBody, Network, a_title, networks};
use crate::v1::common::{OrganizationPath, ServiceAccountRef, Timestamp};

/// What the new key is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewApiKeyBody {
    /// What people call it
    #[garde(custom(a_title))]
    #[schema(min_length = 1, max_length = 120, example = "Nightly import")]
    title: String,
    /// The service account that it acts for, with all that this holds: the caller must be able to grant that.
    /// Absent: the key holds what is written on it
    #[serde(default)]
    #[garde(skip)]
    service_account: Option<ServiceAccountRef>,
    /// The names of its permissions: at most what the caller holds. With a service account: no more than
    /// these of what that holds; empty: all of it
    #[garde(length(max = 500), inner(length(bytes, max = 127)))]
    #[schema(max_items = 500, example = json!(["members.read"]))]
    permissions: Vec<String>,
    /// Whether they also hold on descendants that inherit roles; default `false`
    #[serde(default)]
    #[garde(skip)]
    #[schema(default = false)]
    descendants: bool,
    /// The networks that it may be used from; empty: anywhere
    #[serde(default)]
    #[garde(length(max = 100))]
    #[schema(value_type = Vec<String>, max_items = 100, example = json!(["203.0.113.0/24"]))]
    allowed_cidrs: Vec<Network>,
    /// Requests a minute; absent: without limit
    #[serde(default)]
    #[garde(range(min = 1, max = 1_000_000))]
    #[schema(minimum = 1, maximum = 1_000_000, example = 600)]
    rate_limit_per_minute: Option<u32>,
    /// When it ends by itself; absent: never. For a key made by a key: at the latest when that one ends
    #[serde(default)]
    #[garde(skip)]
    expire_time: Option<Timestamp>,
}

impl From<NewApiKeyBody> for NewApiKey {
    fn from(body: NewApiKeyBody) -> Self {
        Self {
            title: body.title,
            service_account: body.service_account.map(|account| account.0),
            permissions: body.permissions,
            descendants: body.descendants,
            allowed_cidrs: networks(body.allowed_cidrs),
            rate_limit_per_minute: body.rate_limit_per_minute,
            expire_time: body.expire_time.map(|time| time.0),
        }
    }
}

/// Make an API key
///
/// The answer holds the whole key in `secret`, for the only time: keep it. The key belongs to the
/// organization and survives its maker. Nobody can give it more permissions than they hold, and a key
/// cannot make one that lives longer or reaches farther than itself (403 `cannot_grant`).
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys", operation_id = "create_api_key",
    tag = "API keys", params(OrganizationPath), request_body = NewApiKeyBody,
    responses((status = 201, description = "The key, with its secret", body = ApiKeyBody), Problems))]
pub async fn create_api_key(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewApiKeyBody>,
) -> Result<Created<ApiKeyBody>, Problem> {
    let new = create(&op, at.organization_id, body.into()).await?;
    let body = ApiKeyBody::from(&new);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(new.view.revision)))
}
