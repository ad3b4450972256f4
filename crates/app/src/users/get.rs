//! Looking at one user.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::MEMBERS_READ;
use polity_domain::users::User;

use crate::{AppError, Op};

/// One of the organization's users.
///
/// # Errors
/// 404 for somebody who is not a member of this very organization.
#[tracing::instrument(name = "users.get", skip_all, fields(%organization, %user))]
pub async fn get(op: &Op, organization: OrganizationId, user: UserId) -> Result<User, AppError> {
    let reader = op.read(MEMBERS_READ, organization).await?;
    let found = reader.members().get_with_user(user).await?;
    found.map(|(_, person, _)| person).ok_or_else(AppError::not_found)
}
