//! The roles that can be held on a workspace.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::WORKSPACES_READ;
use polity_domain::roles::RoleScope;

use crate::roles::{RoleView, list_for};
use crate::{AppError, ListParams, Listing, Op};

/// The roles that can be held on a workspace: the built-in ones, the organization's own and the inherited
/// ones, as [`crate::roles::list`] gives them.
#[tracing::instrument(name = "workspaces.roles", skip_all, fields(%organization, %id))]
pub async fn roles(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    params: &ListParams,
) -> Result<Listing<RoleView>, AppError> {
    let reader = op.read_on(WORKSPACES_READ, organization, id).await?;
    list_for(op, &reader, Some(RoleScope::Workspace), params).await
}
