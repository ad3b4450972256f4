//! `PATCH {O}/service-accounts/{service_account_id}`

use garde::Validate;
use polity_app::service_accounts::{ServiceAccountUpdate, update};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ServiceAccountBody, ServiceAccountPath, a_description, resource};

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccountPatch {
    /// The display name
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Nightly import")]
    title: Option<Title>,
    /// What it is for
    #[serde(default)]
    #[garde(inner(custom(a_description)))]
    #[schema(max_length = 500, example = "Brings orders in")]
    description: Option<String>,
}

/// Change a service account
///
/// What it holds, its groups and its keys stay.
#[utoipa::path(patch, path = "/organizations/{organization_id}/service-accounts/{service_account_id}",
    operation_id = "update_service_account", tag = "Service accounts", params(ServiceAccountPath),
    request_body = ServiceAccountPatch,
    responses((status = 200, description = "The service account as it is now", body = ServiceAccountBody), Problems))]
pub async fn update_service_account(
    Caller(op): Caller,
    At(at): At<ServiceAccountPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<ServiceAccountPatch>,
) -> Result<Resource<ServiceAccountBody>, Problem> {
    let ServiceAccountPatch { title, description } = body;
    let change = ServiceAccountUpdate { title, description };
    Ok(resource(update(&op, at.organization_id, at.service_account_id, change, &if_match).await?))
}
