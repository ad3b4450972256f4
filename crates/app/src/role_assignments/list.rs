//! Listing role assignments.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ROLE_ASSIGNMENTS_READ;
use polity_store::role_assignments::{FIELDS, SORTABLE};

use super::AssignmentView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The roles assigned in an organization itself, newest first. What is inherited from above stands in
/// the lists of those above.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "role_assignments.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<AssignmentView>, AppError> {
    let reader = op.read(ROLE_ASSIGNMENTS_READ, organization).await?;
    let listed = Listed {
        name: "role_assignments",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let page = reader.role_assignments().list(&request).await?;
    op.listing(&listed, params, page)
}
