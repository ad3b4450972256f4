//! `GET {O}/descendants`

use axum::Json;
use polity_app::organizations::descendants;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::OrganizationList;
use crate::v1::common::OrganizationPath;

/// How far down a list goes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DescendantsParams {
    /// How many levels down; absent: all
    #[serde(default)]
    #[param(minimum = 1, maximum = 32)]
    max_depth: Option<i64>,
}

/// List everything below an organization
///
/// Those that you may see, each judged by itself. Filter and order as in the list of organizations.
#[utoipa::path(get, path = "/organizations/{organization_id}/descendants",
    operation_id = "list_descendant_organizations", tag = "Organizations",
    params(OrganizationPath, ListParams, DescendantsParams),
    responses((status = 200, description = "A page of organizations", body = OrganizationList), Problems))]
pub async fn list_descendant_organizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
    Params(depth): Params<DescendantsParams>,
) -> Result<Json<OrganizationList>, Problem> {
    Ok(Json(descendants(&op, at.organization_id, depth.max_depth, &params.into()).await?.into()))
}
