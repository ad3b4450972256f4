//! Making a custom role.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::ROLES_CREATE;
use polity_domain::roles::{Role, RoleScope};
use polity_domain::text::Title;
use polity_store::Writer;

use super::rules::{check_held, check_known, check_title};
use super::view::RoleView;
use crate::{AppError, Op};

/// Custom roles of one organization.
const MAX_ROLES: u64 = 1_000;

/// A role to be made.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Its display name.
    pub title: Title,
    /// What it is for.
    pub description: String,
    /// Where it can be held.
    pub scope: RoleScope,
    /// The names of its permissions.
    pub permissions: BTreeSet<String>,
}

/// Makes a custom role, which the organizations below may use as well.
///
/// # Errors
/// 400 `unknown_permission`; 403 `cannot_grant` when it has more than the
/// caller holds; 409 `title_taken`, or `limit_reached` at 1000 roles.
#[tracing::instrument(name = "roles.create", skip_all, fields(%organization))]
pub async fn create(op: &Op, organization: OrganizationId, new: NewRole) -> Result<RoleView, AppError> {
    let unit = op.write(ROLES_CREATE, organization).await?;
    let permissions = check_known(unit.snapshot(), &new.permissions, &BTreeSet::new())?;
    check_held(op, &unit, &permissions)?;
    make(op, unit, new).await
}

/// Makes a role whose permissions are checked.
pub(super) async fn make(op: &Op, unit: Writer, new: NewRole) -> Result<RoleView, AppError> {
    let organization = unit.organization();
    check_title(&new.title)?;
    if unit.roles().count().await? >= MAX_ROLES {
        let detail = format!("An organization has at most {MAX_ROLES} roles of its own.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let role = Role {
        id: RoleId::from_uuid(op.new_id()),
        organization_id: organization,
        title: new.title.to_string(),
        description: new.description,
        scope: new.scope,
        permissions: new.permissions,
        create_time: op.now(),
        update_time: op.now(),
    };
    let revision = unit.commit(Change::RoleCreated(role.clone())).await?;
    Ok(RoleView::custom(organization, role, revision.row()))
}
