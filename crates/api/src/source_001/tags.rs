//! `GET POST /orgs/{org_id}/tags`

use axum::Json;
use garde::Validate;
use polity_app::tags::{NewTag, TagView, create, list};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path::{OrgPath, largest};
use crate::v1::common::Timestamp;

/// A tag
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgTag {
    /// The unique identifier for the tag
    #[schema(example = "tag_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Its name
    #[schema(example = "On call")]
    name: String,
    /// When it was made
    created_at: Timestamp,
}

impl From<&TagView> for OrgTag {
    fn from((tag, _): &TagView) -> Self {
        Self { id: tag.id.to_string(), name: tag.title.clone(), created_at: tag.create_time.into() }
    }
}

/// What the new tag is to be
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewOrgTag {
    /// Its name
    #[schema(min_length = 1, max_length = 120, example = "On call")]
    name: String,
}

/// List tags
///
/// The newest 1000, the newest first.
#[utoipa::path(get, path = "/orgs/{org_id}/tags", operation_id = "list_org_tags", tag = "Source document 001",
    params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The tags", body = Vec<OrgTag>), Problems))]
pub async fn list_org_tags(Caller(op): Caller, At(at): At<OrgPath>) -> Result<Json<Vec<OrgTag>>, Problem> {
    let page = list(&op, at.organization()?, &largest()).await?;
    Ok(Json(page.items.iter().map(Into::into).collect()))
}

/// Make a tag
///
/// What it is put on tells the canonical API.
#[utoipa::path(post, path = "/orgs/{org_id}/tags", operation_id = "create_org_tag", tag = "Source document 001",
    params(OrgPath), request_body = NewOrgTag, security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The tag", body = OrgTag), Problems))]
pub async fn create_org_tag(
    Caller(op): Caller,
    At(at): At<OrgPath>,
    Body(body): Body<NewOrgTag>,
) -> Result<Json<OrgTag>, Problem> {
    let tag = NewTag { title: body.name, color: None, description: String::new() };
    Ok(Json(OrgTag::from(&create(&op, at.organization()?, tag).await?)))
}
