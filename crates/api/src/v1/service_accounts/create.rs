//! `POST {O}/service-accounts`

use garde::Validate;
use polity_app::etag;
use polity_app::service_accounts::{NewServiceAccount, create};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ServiceAccountBody, a_description};
use crate::v1::common::OrganizationPath;

/// What the new service account is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewServiceAccountBody {
    /// The display name
    #[garde(skip)]
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Nightly import")]
    title: Title,
    /// What it is for
    #[serde(default)]
    #[garde(custom(a_description))]
    #[schema(max_length = 500, example = "Brings orders in")]
    description: String,
}

/// Make a service account
///
/// It holds nothing and has no key: assign roles to it, or put it into groups, and make keys with
/// `service_account`.
#[utoipa::path(post, path = "/organizations/{organization_id}/service-accounts",
    operation_id = "create_service_account", tag = "Service accounts", params(OrganizationPath),
    request_body = NewServiceAccountBody,
    responses((status = 201, description = "The service account", body = ServiceAccountBody), Problems))]
pub async fn create_service_account(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewServiceAccountBody>,
) -> Result<Created<ServiceAccountBody>, Problem> {
    let NewServiceAccountBody { title, description } = body;
    let view = create(&op, at.organization_id, NewServiceAccount { title, description }).await?;
    let tag = etag(view.1);
    let body = ServiceAccountBody::from(view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
