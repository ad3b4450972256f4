//! Taking a tag off things.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::TAGS_ATTACH;
use polity_domain::tags::{TagResources, Tagged};

use crate::changes::check_rows;
use crate::{AppError, Op};

/// Takes a tag off up to 1000 things. What it is not on stays so.
#[tracing::instrument(name = "tags.detach", skip_all, fields(%organization, %id, rows = resources.len()))]
pub async fn detach(
    op: &Op,
    organization: OrganizationId,
    id: TagId,
    resources: &[Tagged],
) -> Result<(), AppError> {
    check_rows(resources.len(), "/resources")?;
    let unit = op.write(TAGS_ATTACH, organization).await?;
    unit.tags().get(id).await?.ok_or_else(AppError::not_found)?;
    let mut gone = unit.tags().on(id, resources).await?;
    gone.retain(|one| resources.contains(one));
    if gone.is_empty() {
        return Ok(());
    }
    let put = TagResources {
        organization_id: organization,
        tag_id: id,
        resources: gone.into_iter().collect(),
        create_time: op.now(),
    };
    unit.commit(Change::TagDetached(put)).await?;
    Ok(())
}
