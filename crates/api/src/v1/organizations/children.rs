//! `GET` and `POST {O}/children`

use axum::Json;
use polity_app::organizations::{children, create};
use polity_web::{At, Body, Caller, Created, ListParams, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::{NewChildBody, OrganizationBody, OrganizationList};
use crate::v1::common::OrganizationPath;

/// What else a list of children takes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChildrenParams {
    /// Also those that are deleted and can be restored
    #[serde(default)]
    #[param(default = false)]
    show_deleted: Option<bool>,
}

/// List an organization's children
///
/// Those that you may see, each judged by itself. Filter and order as in the list of organizations.
#[utoipa::path(get, path = "/organizations/{organization_id}/children", operation_id = "list_child_organizations",
    tag = "Organizations", params(OrganizationPath, ListParams, ChildrenParams),
    responses((status = 200, description = "A page of organizations", body = OrganizationList), Problems))]
pub async fn list_child_organizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
    Params(which): Params<ChildrenParams>,
) -> Result<Json<OrganizationList>, Problem> {
    let deleted = which.show_deleted.unwrap_or(false);
    Ok(Json(children(&op, at.organization_id, deleted, &params.into()).await?.into()))
}

/// Create a child of an organization
///
/// The same as creating an organization with a `parent`.
#[utoipa::path(post, path = "/organizations/{organization_id}/children", operation_id = "create_child_organization",
    tag = "Organizations", params(OrganizationPath), request_body = NewChildBody,
    responses((status = 201, description = "The organization", body = OrganizationBody), Problems))]
pub async fn create_child_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewChildBody>,
) -> Result<Created<OrganizationBody>, Problem> {
    let view = create(&op, Some(at.organization_id), body.into()).await?;
    let body = OrganizationBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(view.etag()))
}
