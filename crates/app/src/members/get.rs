//! Looking at one member.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::MEMBERS_READ;

use super::view::MemberView;
use crate::{AppError, Op};

/// One member of an organization.
///
/// # Errors
/// 404 for somebody who is not a member of this very organization.
#[tracing::instrument(name = "members.get", skip_all, fields(%organization, %user))]
pub async fn get(op: &Op, organization: OrganizationId, user: UserId) -> Result<MemberView, AppError> {
    let reader = op.read(MEMBERS_READ, organization).await?;
    let (member, person, _) = reader.members().get_with_user(user).await?.ok_or_else(AppError::not_found)?;
    Ok(MemberView::new(reader.snapshot(), member, person, op.now()))
}
