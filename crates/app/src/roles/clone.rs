//! Making a custom role after another one.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::permissions::{PermissionSet, ROLES_CREATE};
use polity_domain::roles::BuiltIn;
use polity_domain::text::Title;

use super::create::{NewRole, make};
use super::get::reaching;
use super::rules::check_held;
use super::view::RoleView;
use crate::{AppError, Op};

/// Makes a custom role with the permissions that another role has now; it may be built in or inherited.
/// What the organization does not know (any more) is left out.
///
/// # Errors
/// 403 `cannot_grant` when the role has more than the caller holds; 404; 409 `title_taken`.
#[tracing::instrument(name = "roles.clone", skip_all, fields(%organization, %id))]
pub async fn clone(
    op: &Op,
    organization: OrganizationId,
    id: RoleId,
    title: Title,
    description: Option<String>,
) -> Result<RoleView, AppError> {
    let unit = op.write(ROLES_CREATE, organization).await?;
    let model = if let Some(role) = BuiltIn::from_id(id) {
        RoleView::built_in(unit.snapshot(), role)
    } else {
        let reaching = reaching(unit.snapshot(), organization);
        let (role, revision) = unit.roles().get(id, &reaching).await?.ok_or_else(AppError::not_found)?;
        RoleView::custom(organization, role, revision)
    };
    let catalogue = unit.snapshot().catalogue();
    let permissions: BTreeSet<_> =
        model.permissions.into_iter().filter(|name| catalogue.index(name).is_some()).collect();
    let set: PermissionSet = permissions.iter().filter_map(|name| catalogue.index(name)).collect();
    check_held(op, &unit, &set)?;
    let description = description.unwrap_or(model.description);
    make(op, unit, NewRole { title, description, scope: model.scope, permissions }).await
}
