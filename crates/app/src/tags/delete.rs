//! Deleting a tag.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::TAGS_DELETE;

use crate::{AppError, IfMatch, Op};

/// Deletes a tag: it is on nothing any more.
///
/// # Errors
/// 412 when `if_match` is another version.
#[tracing::instrument(name = "tags.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: TagId,
    if_match: &IfMatch,
) -> Result<(), AppError> {
    let unit = op.write(TAGS_DELETE, organization).await?;
    let (tag, revision) = unit.tags().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    unit.commit(Change::TagDeleted(tag)).await?;
    Ok(())
}
