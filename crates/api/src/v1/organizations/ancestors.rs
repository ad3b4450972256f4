//! `GET {O}/ancestors`

use axum::Json;
use polity_app::organizations::ancestors;
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;

/// What stands above an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct AncestorList {
    /// The organizations, nearest first
    organizations: Vec<OrganizationBody>,
}

/// List what stands above an organization
///
/// Nearest first, up to the first one that you may not see: that one and everything above it stay hidden.
#[utoipa::path(get, path = "/organizations/{organization_id}/ancestors",
    operation_id = "list_ancestor_organizations", tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The organizations above", body = AncestorList), Problems))]
pub async fn list_ancestor_organizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Json<AncestorList>, Problem> {
    let above = ancestors(&op, at.organization_id).await?;
    Ok(Json(AncestorList { organizations: above.iter().map(Into::into).collect() }))
}
