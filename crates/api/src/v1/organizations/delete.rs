//! `DELETE {O}`

use polity_app::organizations::{Children, delete};
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::OrganizationPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// What becomes of the children.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChildrenMode {
    /// They are deleted as well, with everything below them
    Delete,
    /// They move to the parent, with everything below them
    Reparent,
}

/// The query of a deletion.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteParams {
    /// What becomes of the children; when it is absent there must be none
    #[serde(default)]
    #[param(inline)]
    children: Option<ChildrenMode>,
}

/// Delete an organization
///
/// It can be restored for a while (30 days unless configured otherwise); until then everything in it stands
/// still, and its slug is free at once. With children it is 409 `has_children` unless `children` says what
/// becomes of them.
#[utoipa::path(delete, path = "/organizations/{organization_id}", operation_id = "delete_organization",
    tag = "Organizations", params(OrganizationPath, DeleteParams, ValidateOnly),
    responses((status = 200, description = "With `validate_only`: what would happen", body = PreviewBody),
        (status = 204, description = "It is deleted"), Problems))]
pub async fn delete_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Params(params): Params<DeleteParams>,
    Params(preview): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let children = match params.children {
        None => Children::Refuse,
        Some(ChildrenMode::Delete) => Children::Delete,
        Some(ChildrenMode::Reparent) => Children::Reparent,
    };
    let outcome = delete(&op, at.organization_id, children, &if_match, preview.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
