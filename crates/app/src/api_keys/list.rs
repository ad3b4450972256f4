//! Listing keys.

use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::permissions::API_KEYS_READ;
use polity_store::api_keys::{FIELDS, SORTABLE};

use super::view::ApiKeyView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's keys, with the last use of each secret.
#[tracing::instrument(name = "api_keys.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<ApiKeyView>, AppError> {
    let reader = op.read(API_KEYS_READ, organization).await?;
    let listed =
        Listed { name: "api_keys", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let page = reader.api_keys().list(&request, op.now()).await?;
    let ids: Vec<ApiKeyId> = page.items.iter().map(|(key, _)| key.id).collect();
    let uses = reader.api_keys().last_uses(&ids).await?;
    let listing = op.listing(&listed, params, page)?;
    Ok(listing.map(|(key, revision)| ApiKeyView::new(key, revision, &uses, op.now())))
}
