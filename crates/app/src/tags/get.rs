//! Looking at one tag.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::permissions::TAGS_READ;

use super::TagView;
use crate::{AppError, Op};

/// One tag of an organization.
#[tracing::instrument(name = "tags.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: TagId) -> Result<TagView, AppError> {
    let reader = op.read(TAGS_READ, organization).await?;
    reader.tags().get(id).await?.ok_or_else(AppError::not_found)
}
