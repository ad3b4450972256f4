//! `GET {O}/invites` (source document 004) and `GET {W}/invites`

use axum::Json;
use polity_app::invitations::{list, list_on};
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::InvitationList;
use crate::v1::common::{OrganizationPath, WorkspacePath};

/// List the invitations into a workspace
///
/// For those who hold `invitations.read` on it, or in the whole organization. Filter and order as in the
/// list of invitations.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/invites",
    operation_id = "list_workspace_invites", tag = "Invitations", params(WorkspacePath, ListParams),
    responses((status = 200, description = "A page of invitations", body = InvitationList), Problems))]
pub async fn list_workspace_invites(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    Params(params): Params<ListParams>,
) -> Result<Json<InvitationList>, Problem> {
    Ok(Json(list_on(&op, at.organization_id, at.workspace_id, &params.into()).await?.into()))
}

/// List organization user invites
///
/// The same invitations as `GET {O}/invitations`, at the path of source document 004. Filter and order as there.
#[utoipa::path(get, path = "/organizations/{organization_id}/invites", operation_id = "list_invites",
    tag = "Invitations", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of invitations", body = InvitationList), Problems))]
pub async fn list_invites(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<InvitationList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
