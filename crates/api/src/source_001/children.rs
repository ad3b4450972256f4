//! `GET /orgs/{org_id}/children`

use axum::Json;
use polity_app::organizations::{OrganizationView, linked};
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::OrgPath;
use crate::v1::common::Timestamp;

/// A child organization
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgChild {
    /// The unique identifier for the organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn03r")]
    id: String,
    /// Its name
    #[schema(example = "Example Department")]
    name: String,
    /// When it was made
    created_at: Timestamp,
}

impl From<&OrganizationView> for OrgChild {
    fn from(view: &OrganizationView) -> Self {
        let child = &view.organization;
        Self { id: child.id.to_string(), name: child.title.clone(), created_at: child.create_time.into() }
    }
}

/// List children
///
/// The children that the caller may see.
#[utoipa::path(get, path = "/orgs/{org_id}/children", operation_id = "list_org_children",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The children", body = Vec<OrgChild>), Problems))]
pub async fn list_org_children(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<Vec<OrgChild>>, Problem> {
    let children = linked(&op, at.organization()?).await?;
    Ok(Json(children.iter().map(Into::into).collect()))
}
