//! Listing the catalogue.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::PERMISSIONS_READ;
use polity_store::permissions::FIELDS;

use super::view::PermissionView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op, in_memory};

/// What a list of permissions can be ordered by.
const SORTABLE: &[&str] = &["name"];

/// Every permission known in an organization, Polity's own and the registered ones of its tree, by name.
/// No statement is made for it: the snapshot knows them all.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "permissions.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<PermissionView>, AppError> {
    let reader = op.read(PERMISSIONS_READ, organization).await?;
    let listed =
        Listed { name: "permissions", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let all = PermissionView::all(reader.snapshot());
    in_memory::page(op, &listed, params, all, |permission| &permission.name)
}
