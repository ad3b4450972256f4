//! Listing everything below an organization.

use polity_domain::ids::OrganizationId;
use polity_domain::organizations::MAX_DEPTH;
use polity_domain::permissions::ORGANIZATIONS_READ;
use polity_store::Page;
use polity_store::organizations::{FIELDS, SORTABLE};

use super::sight::sight_from;
use super::view::OrganizationView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The organizations below one, down to `max_depth` levels, that the caller may see, each judged by itself.
///
/// # Errors
/// 400 when `max_depth` is not 1 to 32.
#[tracing::instrument(name = "organizations.descendants", skip_all, fields(%organization))]
pub async fn descendants(
    op: &Op,
    organization: OrganizationId,
    max_depth: Option<i64>,
    params: &ListParams,
) -> Result<Listing<OrganizationView>, AppError> {
    let reader = op.read(ORGANIZATIONS_READ, organization).await?;
    let max_depth = max_depth.map(|depth| check_depth(depth, 1)).transpose()?;
    let name = format!("descendants {}", max_depth.unwrap_or(0));
    let listed =
        Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let sight = sight_from(op, &reader).await?;
    let Page { items, next, total } = reader.organizations().descendants(max_depth, &sight, &request).await?;
    let items = items.into_iter().map(Into::into).collect();
    op.listing(&listed, params, Page { items, next, total })
}

/// A number of levels, at least `least`.
pub(super) fn check_depth(depth: i64, least: u32) -> Result<u32, AppError> {
    let most = u32::try_from(MAX_DEPTH).unwrap_or(u32::MAX);
    match u32::try_from(depth) {
        Ok(depth) if (least..=most).contains(&depth) => Ok(depth),
        _ => Err(AppError::invalid(
            "max_depth",
            "invalid_parameter",
            format!("must be from {least} to {most}"),
        )),
    }
}
