//! `GET PATCH DELETE /orgs/{org_id}`

use axum::Json;
use garde::Validate;
use polity_app::customizations;
use polity_app::organizations::{Children, OrganizationUpdate, OrganizationView, delete, get, update};
use polity_app::{AppError, IfMatch, Op};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::customizations::{NewOrgCustomizations, OrgCustomizations, named as looks_named};
use super::path::OrgPath;
use crate::v1::common::Timestamp;

/// An organization
#[derive(Debug, Serialize, ToSchema)]
pub struct Org {
    /// The unique identifier for the organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Its name
    #[schema(example = "Example Organization")]
    name: String,
    /// When it was made
    created_at: Timestamp,
    /// How it looks, with what it inherits
    customizations: OrgCustomizations,
}

/// What to change; what is absent stays as it is
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrgUpdate {
    /// The new name for the organization
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 120, example = "Updated Organization Name")]
    name: Option<String>,
    /// Updated customizations for the organization; what is absent stays as it is
    #[serde(default)]
    #[schema(nullable = false)]
    customizations: Option<NewOrgCustomizations>,
}

/// What was done
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgMessage {
    /// In a sentence
    #[schema(example = "Organization deleted successfully")]
    message: &'static str,
}

/// Retrieve organization information
///
/// Retrieve detailed information about a specific organization.
#[utoipa::path(get, path = "/orgs/{org_id}", operation_id = "get_org", tag = "Source document 001", params(OrgPath),
    security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The organization", body = Org, example = json!({
        "id": "org-123", "name": "Example Organization", "created_at": "2023-01-01T00:00:00Z", "customizations": {},
    })), Problems))]
pub async fn get_org(Caller(op): Caller, At(at): At<OrgPath>) -> Result<Json<Org>, Problem> {
    let view = get(&op, at.organization()?).await?;
    Ok(Json(shown(&op, &view).await?))
}

/// Update organization details
///
/// Modify the details of an organization: name and customizations together, or neither.
#[utoipa::path(patch, path = "/orgs/{org_id}", operation_id = "update_org", tag = "Source document 001",
    params(OrgPath),
    request_body(content = OrgUpdate, example = json!({"name": "Updated Organization Name"})), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The organization as it is now", body = Org), Problems))]
pub async fn update_org(
    Caller(op): Caller,
    At(at): At<OrgPath>,
    Body(body): Body<OrgUpdate>,
) -> Result<Json<Org>, Problem> {
    let look = body.customizations.map(NewOrgCustomizations::merged);
    let change = OrganizationUpdate { title: body.name, look, ..OrganizationUpdate::default() };
    let view = update(&op, at.organization()?, change, &IfMatch::Any).await.map_err(named)?;
    Ok(Json(shown(&op, &view).await?))
}

/// Delete organization
///
/// Remove an organization from the hierarchy. It can be restored for a while; with children it is 409.
#[utoipa::path(delete, path = "/orgs/{org_id}", operation_id = "delete_org", tag = "Source document 001",
    params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "It is deleted", body = OrgMessage,
        example = json!({"message": "Organization deleted successfully"})), Problems))]
pub async fn delete_org(Caller(op): Caller, At(at): At<OrgPath>) -> Result<Json<OrgMessage>, Problem> {
    delete(&op, at.organization()?, Children::Refuse, &IfMatch::Any, false).await?;
    Ok(Json(OrgMessage { message: "Organization deleted successfully" }))
}

/// The looks beside the organization; empty for those who may see the one and not the other.
async fn shown(op: &Op, view: &OrganizationView) -> Result<Org, AppError> {
    let organization = &view.organization;
    let customizations = match customizations::get(op, organization.id).await {
        Ok(looks) => looks.into(),
        Err(error) if error.kind == polity_app::Kind::Forbidden => OrgCustomizations::default(),
        Err(error) => return Err(error),
    };
    Ok(Org {
        id: organization.id.to_string(),
        name: organization.title.clone(),
        created_at: organization.create_time.into(),
        customizations,
    })
}

/// The document's name of a field that is wrong.
fn named(mut error: AppError) -> AppError {
    for field in error.fields.iter_mut().filter(|field| field.field == "/title") {
        "/name".clone_into(&mut field.field);
    }
    looks_named(error)
}
