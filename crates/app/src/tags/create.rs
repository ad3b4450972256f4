//! Making a tag.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::TAGS_CREATE;
use polity_domain::tags::Tag;

use super::TagView;
use super::fields::{NewTag, checked};
use crate::{AppError, Op};

/// Tags of one organization.
const MOST: u64 = 1_000;

/// Makes a tag.
///
/// # Errors
/// 400 for each field that is wrong; 409 `title_taken`, whatever the case; 409 `limit_reached`.
#[tracing::instrument(name = "tags.create", skip_all, fields(%organization))]
pub async fn create(op: &Op, organization: OrganizationId, new: NewTag) -> Result<TagView, AppError> {
    let tag = checked(Tag {
        id: TagId::from_uuid(op.new_id()),
        organization_id: organization,
        title: new.title,
        color: new.color,
        description: new.description,
        create_time: op.now(),
        update_time: op.now(),
    })?;
    let unit = op.write(TAGS_CREATE, organization).await?;
    if unit.tags().count().await? >= MOST {
        let detail = format!("An organization has at most {MOST} tags.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let revision = unit.commit(Change::TagCreated(tag.clone())).await?;
    Ok((tag, revision.row()))
}
