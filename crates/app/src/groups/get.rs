//! Looking at one group.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::permissions::GROUPS_READ;

use super::GroupView;
use crate::{AppError, Op};

/// One group of an organization.
///
/// # Errors
/// 404 for one of another organization.
#[tracing::instrument(name = "groups.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: GroupId) -> Result<GroupView, AppError> {
    let reader = op.read(GROUPS_READ, organization).await?;
    reader.groups().get(id).await?.ok_or_else(AppError::not_found)
}
