//! `GET {O}/tags`

use axum::Json;
use polity_app::tags::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::TagBody;
use crate::v1::common::OrganizationPath;

/// A page of tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagList {
    /// The tags
    tags: Vec<TagBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

/// List tags
///
/// Newest first. Filter by `id title color create_time update_time`; order by `title create_time`. The lists
/// of members, workspaces, API keys and children take a filter `tag`.
#[utoipa::path(get, path = "/organizations/{organization_id}/tags", operation_id = "list_tags", tag = "Tags",
    params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of tags", body = TagList), Problems))]
pub async fn list_tags(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<TagList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(TagList {
        tags: page.items.iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
