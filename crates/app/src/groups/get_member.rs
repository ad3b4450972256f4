//! Looking at one place in a group.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::permissions::GROUPS_READ;
use polity_domain::roles::Principal;

use super::GroupMemberView;
use crate::{AppError, Op};

/// That somebody, or another group, is directly in a group.
///
/// # Errors
/// 404 for somebody who is not, and for a group of another organization.
#[tracing::instrument(name = "groups.get_member", skip_all, fields(%organization, %id))]
pub async fn get_member(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    member: Principal,
) -> Result<GroupMemberView, AppError> {
    let reader = op.read(GROUPS_READ, organization).await?;
    reader.groups().member(id, &member).await?.ok_or_else(AppError::not_found)
}
