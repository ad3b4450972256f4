//! Registering an application's permissions.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::{Danger, PERMISSIONS_REGISTER, RegisteredPermission};

use super::view::PermissionView;
use crate::{AppError, Op};

/// Registered permissions of one tree.
const MAX_PERMISSIONS: usize = 1_000;

/// A permission to register, or to describe anew.
#[derive(Debug, Clone)]
pub struct NewPermission {
    /// `resource.action`.
    pub name: String,
    /// What it allows, for a person.
    pub description: String,
    /// How much harm it can do: it decides which built-in roles hold it.
    pub danger: Danger,
    /// No longer to be granted; still checked.
    pub deprecated: bool,
}

/// Registers a permission, which is known in the whole tree from then on. Its own organization may
/// register it again, to describe it anew; the same once more changes nothing.
///
/// # Errors
/// 400 for a name that is none or Polity's own, or a danger of `OWNER`; 409 `permission_taken` when
/// another organization registered it, or `limit_reached` at 1000 in the tree.
#[tracing::instrument(name = "permissions.register", skip_all, fields(%organization))]
pub async fn register(
    op: &Op,
    organization: OrganizationId,
    new: NewPermission,
) -> Result<PermissionView, AppError> {
    RegisteredPermission::check_name(&new.name)
        .map_err(|error| AppError::invalid("/name", "invalid_value", error.to_string()))?;
    if new.danger == Danger::Owner {
        return Err(AppError::invalid("/danger", "invalid_value", "must be READ, WRITE or ADMIN"));
    }
    let unit = op.write(PERMISSIONS_REGISTER, organization).await?;
    let mut after = unit.snapshot().clone();
    let before = after.catalogue().registered().find(|(_, known)| known.name == new.name);
    let before = before.map(|(_, known)| known.clone());
    let count = after.catalogue().registered().count();
    let permission = RegisteredPermission {
        organization_id: organization,
        name: new.name,
        description: new.description,
        danger: new.danger,
        deprecated: new.deprecated,
        create_time: before.as_ref().map_or(op.now(), |known| known.create_time),
    };
    match &before {
        Some(known) if known.organization_id != organization => {
            let detail = "Another organization of the tree has registered this permission.";
            return Err(AppError::conflict("permission_taken", detail));
        }
        None if count >= MAX_PERMISSIONS => {
            let detail = format!("A tree has at most {MAX_PERMISSIONS} registered permissions.");
            return Err(AppError::conflict("limit_reached", detail));
        }
        _ => {}
    }
    after.put_permission(&permission);
    if before.as_ref() != Some(&permission) {
        unit.commit(Change::PermissionRegistered(permission.clone())).await?;
    }
    let index = after.catalogue().index(&permission.name);
    let index = index.ok_or_else(|| AppError::internal("a registered permission has a place"))?;
    Ok(PermissionView::registered(&after, index, &permission))
}
