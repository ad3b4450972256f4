//! Looking at one permission.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::PERMISSIONS_READ;

use super::view::PermissionView;
use crate::{AppError, Op};

/// One permission that is known in an organization, by its name.
///
/// # Errors
/// 404 for one that is not.
#[tracing::instrument(name = "permissions.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId, name: &str) -> Result<PermissionView, AppError> {
    let reader = op.read(PERMISSIONS_READ, organization).await?;
    let mut all = PermissionView::all(reader.snapshot()).into_iter();
    all.find(|permission| permission.name == name).ok_or_else(AppError::not_found)
}
