//! `GET {O}/customizations/versions`

use axum::Json;
use polity_app::customizations::versions;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::common::{OrganizationPath, Timestamp};

/// A page of versions.
#[derive(Serialize, ToSchema)]
pub struct CustomizationVersionList {
    /// The versions
    versions: Vec<CustomizationVersion>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// A version of an organization's customizations.
#[derive(Serialize, ToSchema)]
pub struct CustomizationVersion {
    /// Its number
    #[schema(example = 3)]
    version: u32,
    /// The version that was taken up again by this one
    #[serde(skip_serializing_if = "Option::is_none")]
    restored_version: Option<u32>,
    /// When it was made
    create_time: Timestamp,
}

/// List the versions of an organization's customizations
///
/// The newest 50 are kept; they come newest first. Filter by `version restored_version create_time`; order
/// by `version create_time`. Who made each is in the audit log (`customizations.updated`).
#[utoipa::path(get, path = "/organizations/{organization_id}/customizations/versions",
    operation_id = "list_organization_customization_versions", tag = "Organizations",
    params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of versions", body = CustomizationVersionList), Problems))]
pub async fn list_organization_customization_versions(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<CustomizationVersionList>, Problem> {
    let page = versions(&op, at.organization_id, &params.into()).await?;
    let body = |version: polity_app::customizations::VersionSummary| CustomizationVersion {
        version: version.version,
        restored_version: version.restored_version,
        create_time: version.create_time.into(),
    };
    Ok(Json(CustomizationVersionList {
        versions: page.items.into_iter().map(body).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
