//! Listing workspaces.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::WORKSPACES_READ;
use polity_store::Page;
use polity_store::workspaces::{FIELDS, SORTABLE, WorkspaceSight};

use super::view::WorkspaceView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The workspaces of an organization that the caller may see, newest first: all for those who may read them
/// in the whole organization, else those on which the caller holds a role. With `deleted`, also those that
/// are deleted and can be restored, for the former.
///
/// # Errors
/// 404 for one who has no part in the organization; 400 for a filter, an order or a page token that is none
/// of this list.
#[tracing::instrument(name = "workspaces.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    deleted: bool,
    params: &ListParams,
) -> Result<Listing<WorkspaceView>, AppError> {
    let name = if deleted { "workspaces and deleted" } else { "workspaces" };
    seen(op, organization, name, deleted, params).await
}

/// The list under a name, for which its page tokens are good.
pub(super) async fn seen(
    op: &Op,
    organization: OrganizationId,
    name: &str,
    deleted: bool,
    params: &ListParams,
) -> Result<Listing<WorkspaceView>, AppError> {
    let reader = op.read_part(WORKSPACES_READ, organization).await?;
    let listed = Listed { name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let (snapshot, principal, read) = (reader.snapshot(), op.principal()?, WORKSPACES_READ.index());
    // What policies may forbid on some workspace, or conditions give on some alone, is asked about one by one.
    let whole = !snapshot.may_be_forbidden(read, organization)
        && !snapshot.may_depend(&principal, Some(read), organization, op.now());
    let sight = if whole && snapshot.check(&principal, read, organization, None, op.moment()).allowed() {
        WorkspaceSight::All { deleted }
    } else {
        WorkspaceSight::Some(snapshot.workspaces_allowing(&principal, read, organization, op.moment()))
    };
    let Page { items, next, total } = reader.workspaces().list(&sight, &request).await?;
    let items = items.into_iter().map(Into::into).collect();
    op.listing(&listed, params, Page { items, next, total })
}
