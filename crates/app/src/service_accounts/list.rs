//! Listing service accounts.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::SERVICE_ACCOUNTS_READ;
use polity_store::service_accounts::{FIELDS, SORTABLE};

use super::ServiceAccountView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's own service accounts, newest first.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "service_accounts.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<ServiceAccountView>, AppError> {
    let reader = op.read(SERVICE_ACCOUNTS_READ, organization).await?;
    let listed = Listed {
        name: "service_accounts",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let page = reader.service_accounts().list(&request).await?;
    op.listing(&listed, params, page)
}
