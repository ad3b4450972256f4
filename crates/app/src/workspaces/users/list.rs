//! Listing the people of a workspace.

use polity_domain::ids::{OrganizationId, UserId, WorkspaceId};
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::permissions::WORKSPACES_READ;
use polity_domain::roles::ResourceRef;
use polity_store::Page;
use polity_store::members::SORTABLE;

use super::view::WorkspaceUser;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The fields of a filter: those of members, without what is said of them in the organization as a whole.
const FIELDS: Fields = Fields::new(&[
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("email", Kind::TextFolded),
    Field::new("display_name", Kind::Text),
    Field::new("search", Kind::Search),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// Those who hold a role on a workspace, the newest members first. Two statements whatever the page's size:
/// roles come from the snapshot.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "workspaces.users.list", skip_all, fields(%organization, %workspace))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    workspace: WorkspaceId,
    params: &ListParams,
) -> Result<Listing<WorkspaceUser>, AppError> {
    let reader = op.read_on(WORKSPACES_READ, organization, workspace).await?;
    // A page token is good for the workspace that it was given for.
    let name = format!("workspaces.users:{workspace}");
    let listed =
        Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let resource = ResourceRef::workspace(workspace);
    let Page { items, next, total } = reader.members().list_on(&resource, &request, op.now()).await?;
    let shown = items
        .into_iter()
        .map(|(_, user, _)| WorkspaceUser::new(op, reader.snapshot(), organization, workspace, user));
    op.listing(&listed, params, Page { items: shown.collect(), next, total })
}
