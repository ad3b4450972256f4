//! Changing a tag.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::TAGS_UPDATE;

use super::TagView;
use super::fields::TagUpdate;
use crate::{AppError, IfMatch, Op};

/// Changes a tag, wherever it is.
///
/// # Errors
/// 400 for each field that is wrong; 409 `title_taken`; 412 when `if_match` is another version.
#[tracing::instrument(name = "tags.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: TagId,
    update: TagUpdate,
    if_match: &IfMatch,
) -> Result<TagView, AppError> {
    let unit = op.write(TAGS_UPDATE, organization).await?;
    let (before, revision) = unit.tags().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = update.apply(&before, op.now())?;
    if after == before {
        return Ok((before, revision));
    }
    let change = Change::TagUpdated(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok((after, revision.row()))
}
