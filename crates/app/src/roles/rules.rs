//! What holds for every change of a role.

use std::collections::BTreeSet;

use polity_domain::access::Snapshot;
use polity_domain::ids::RoleId;
use polity_domain::permissions::PermissionSet;
use polity_domain::roles::{BuiltIn, Role};
use polity_domain::text::Title;
use polity_store::Writer;

use super::get::reaching;
use crate::{AppError, Kind, Op};

/// The unit's own custom role with the revision of its last change.
///
/// # Errors
/// 403 `system_role` or `inherited_role` for those that cannot be changed here; 404 for the rest.
pub(super) async fn own(unit: &Writer, id: RoleId) -> Result<(Role, i64), AppError> {
    if BuiltIn::from_id(id).is_some() {
        let detail = "A built-in role is the same everywhere; make a custom one, or clone it.";
        return Err(AppError::new(Kind::Forbidden, "system_role", detail));
    }
    let reaching = reaching(unit.snapshot(), unit.organization());
    let (role, revision) = unit.roles().get(id, &reaching).await?.ok_or_else(AppError::not_found)?;
    if role.organization_id == unit.organization() {
        Ok((role, revision))
    } else {
        let detail = "The role belongs to an organization above; it is changed there.";
        Err(AppError::new(Kind::Forbidden, "inherited_role", detail))
    }
}

/// A title that nobody takes for a built-in role's. That no other custom role has it, or one that looks
/// like it, is for the table to say.
pub(super) fn check_title(title: &Title) -> Result<(), AppError> {
    match BuiltIn::looking_like(title.as_str()) {
        Some(_) => Err(AppError::conflict(
            "title_taken",
            "A built-in role has this title, or one that looks like it.",
        )),
        None => Ok(()),
    }
}

/// The permissions are known here. One that is deprecated may stay, but is not given anew.
pub(super) fn check_known(
    snapshot: &Snapshot,
    wanted: &BTreeSet<String>,
    before: &BTreeSet<String>,
) -> Result<PermissionSet, AppError> {
    let mut set = PermissionSet::empty();
    for (position, name) in wanted.iter().enumerate() {
        let index = snapshot.catalogue().index(name);
        match index {
            Some(index) => set.insert(index),
            // A permission that left the tree with its organization allows nothing, and may stay.
            None if before.contains(name) => {}
            None => {
                let detail = format!("there is no permission {name:?}");
                return Err(AppError::invalid(
                    format!("/permissions/{position}"),
                    "unknown_permission",
                    detail,
                ));
            }
        }
    }
    let deprecated = snapshot.catalogue().registered().find(|(_, permission)| {
        permission.deprecated && wanted.contains(&permission.name) && !before.contains(&permission.name)
    });
    match deprecated {
        None => Ok(set),
        Some((_, permission)) => {
            let detail = format!("{} is deprecated: it is granted no longer", permission.name);
            Err(AppError::invalid("/permissions", "unknown_permission", detail))
        }
    }
}

/// The caller holds all that the role allows.
pub(super) fn check_held(op: &Op, unit: &Writer, permissions: &PermissionSet) -> Result<(), AppError> {
    Ok(unit.snapshot().may_grant(&op.principal()?, permissions, unit.organization(), op.now())?)
}
