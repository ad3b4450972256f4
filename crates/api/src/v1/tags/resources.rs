//! `GET {O}/tags/{tag_id}/resources`

use axum::Json;
use polity_app::tags::{TaggedView, resources};
use polity_domain::tags::Tagged;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{TagPath, TaggedType};
use crate::v1::common::Timestamp;

/// Something that a tag is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagResourceBody {
    /// What it is
    #[serde(rename = "type")]
    kind: TaggedType,
    /// Its id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Since when the tag is on it
    create_time: Timestamp,
}

impl From<TaggedView> for TagResourceBody {
    fn from((resource, since): TaggedView) -> Self {
        let (kind, id) = match resource {
            Tagged::Member(id) => (TaggedType::Member, id.to_string()),
            Tagged::Workspace(id) => (TaggedType::Workspace, id.to_string()),
            Tagged::ApiKey(id) => (TaggedType::ApiKey, id.to_string()),
            Tagged::Organization(id) => (TaggedType::Organization, id.to_string()),
        };
        Self { kind, id, create_time: since.into() }
    }
}

/// A page of what a tag is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagResourceList {
    /// What it is on
    resources: Vec<TagResourceBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

/// List what a tag is on
///
/// Newest first, without children that you may not see. Filter by `type create_time`; order by `create_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/tags/{tag_id}/resources",
    operation_id = "list_tag_resources", tag = "Tags", params(TagPath, ListParams),
    responses((status = 200, description = "A page of what it is on", body = TagResourceList), Problems))]
pub async fn list_tag_resources(
    Caller(op): Caller,
    At(at): At<TagPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<TagResourceList>, Problem> {
    let page = resources(&op, at.organization_id, at.tag_id, &params.into()).await?;
    Ok(Json(TagResourceList {
        resources: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
