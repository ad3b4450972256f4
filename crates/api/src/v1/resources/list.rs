//! `GET {O}/resources`

use axum::Json;
use polity_app::resources::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::RegisteredResourceBody;
use crate::v1::common::OrganizationPath;

/// A page of registered resources.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredResourceList {
    /// The resources
    resources: Vec<RegisteredResourceBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

/// List registered resources
///
/// Newest first. Filter by `type id parent_type parent_id inherits_roles create_time update_time`, for example
/// `parent_type = "projects" AND parent_id = "apollo"`; order by `create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/resources", operation_id = "list_resources",
    tag = "Resources", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of resources", body = RegisteredResourceList), Problems))]
pub async fn list_resources(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<RegisteredResourceList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(RegisteredResourceList {
        resources: page.items.iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
