//! `GET {O}/policies`

use axum::Json;
use polity_app::policies::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::PolicyBody;
use crate::v1::common::OrganizationPath;

/// A page of policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyList {
    /// The policies
    policies: Vec<PolicyBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

/// List policies
///
/// Those that the organization made, newest first; those of organizations above apply as well, and are listed
/// there. Filter by `id title mode create_time update_time`; order by `title create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/policies", operation_id = "list_policies",
    tag = "Policies", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of policies", body = PolicyList), Problems))]
pub async fn list_policies(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<PolicyList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(PolicyList {
        policies: page.items.iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
