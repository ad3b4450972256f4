//! Listing requests.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::MEMBERSHIP_REQUESTS_READ;
use polity_store::Page;
use polity_store::membership_requests::{FIELDS, SORTABLE};

use super::view::{MembershipRequestView, views};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// Who asked an organization to be taken in.
#[tracing::instrument(name = "membership_requests.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<MembershipRequestView>, AppError> {
    let reader = op.read(MEMBERSHIP_REQUESTS_READ, organization).await?;
    let listed = Listed {
        name: "membership_requests",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.membership_requests().list(&request, op.now()).await?;
    let items = views(op, reader.title(), items).await?;
    op.listing(&listed, params, Page { items, next, total })
}
