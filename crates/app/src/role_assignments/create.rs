//! Assigning a role.

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::ROLE_ASSIGNMENTS_CREATE;
use polity_domain::roles::{Condition, Principal, ResourceRef, RoleAssignment, RoleScope};
use polity_domain::time::Time;
use polity_store::Writer;

use super::AssignmentView;
use super::condition::check_conditions;
use super::rules::{
    assignment, check_conditions_room, check_end, check_personal, check_unconditional, check_usable, rights,
};
use crate::access::{ORGANIZATION, check_resource};
use crate::changes::{carry_out, outcome};
use crate::{AppError, Op, Outcome};

/// Who is to hold which role on what.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// Who: a member, group or service account of the organization, or a key of it or of one above it that acts
    /// for itself.
    pub principal: Principal,
    /// Which role.
    pub role: RoleId,
    /// Only on this workspace or resource of the application; none, or the organization itself: on all of it.
    pub resource: Option<ResourceRef>,
    /// When it ends by itself.
    pub expire_time: Option<Time>,
    /// Only where this is met.
    pub condition: Option<Condition>,
}

/// Assigns a role.
///
/// # Errors
/// 400 `unknown_role`, `unknown_principal`, `unknown_resource_type`, `unknown_workspace`, `ownership_is_personal`,
/// `ownership_is_unconditional`, an end in the past or a condition that is none; 403 `cannot_grant`; 409
/// `already_exists`, `limit_reached`.
#[tracing::instrument(name = "role_assignments.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewAssignment,
    validate_only: bool,
) -> Result<Outcome<AssignmentView>, AppError> {
    check_conditions(op, organization, std::slice::from_ref(&new), |_| String::new()).await?;
    let unit = op.write(ROLE_ASSIGNMENTS_CREATE, organization).await?;
    let (changes, made) = plan(op, &unit, new).await?;
    let preview = carry_out(unit, changes, validate_only).await?;
    let revision = op.revision().map_or(0, polity_store::Revision::row);
    Ok(outcome((made, revision), preview))
}

/// What must change, and the assignment as it will be. Everything is checked, nothing is recorded.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    new: NewAssignment,
) -> Result<(Vec<Change>, RoleAssignment), AppError> {
    let organization = unit.organization();
    check_end(op, new.expire_time)?;
    let resource = whole_or_part(unit, new.resource)?;
    let workspace = resource.as_ref().filter(|resource| resource.is_workspace());
    // On a workspace roles of a workspace are held, and nowhere else.
    let scope = if workspace.is_some() { RoleScope::Workspace } else { RoleScope::Organization };
    check_usable(unit, new.role, scope, || "/role".to_owned())?;
    check_principal(op, unit, &new.principal).await?;
    check_personal(&new.principal, new.role, "/role")?;
    check_public(unit, &new.principal, new.role)?;
    check_unconditional(new.condition.as_ref(), new.role, "/condition")?;
    let (caller, roles, now) = (op.principal()?, [new.role], op.now());
    match &resource {
        Some(on) if on.is_workspace() => {
            rights(unit).may_grant_roles_on(&caller, &roles, organization, on, now)?;
        }
        Some(on) => rights(unit).may_grant_roles_within(&caller, &roles, organization, on, now)?,
        None => rights(unit).may_grant_roles(&caller, &roles, organization, now)?,
    }
    let mut changes = Vec::new();
    if let Some((old, _)) = unit.role_assignments().find(&new.principal, new.role, resource.as_ref()).await? {
        if old.live(op.now()) {
            let detail = match old.condition {
                None => "The principal holds this role there already.",
                Some(_) => {
                    "The principal holds this role there already, on a condition; in a batch it is withdrawn and \
                     assigned anew."
                }
            };
            return Err(AppError::conflict("already_exists", detail));
        }
        changes.push(Change::RoleAssignmentDeleted(old));
    }
    check_conditions_room(unit, usize::from(new.condition.is_some())).await?;
    let made = RoleAssignment {
        resource,
        expire_time: new.expire_time,
        condition: new.condition.map(Box::new),
        ..assignment(op, organization, new.principal, new.role)
    };
    changes.push(Change::RoleAssignmentCreated(made.clone()));
    Ok((changes, made))
}

/// The organization itself is no part of it; anything else is a workspace of it that lives, or one of the
/// application's resources.
fn whole_or_part(unit: &Writer, resource: Option<ResourceRef>) -> Result<Option<ResourceRef>, AppError> {
    let Some(resource) = resource else { return Ok(None) };
    if resource.kind == ORGANIZATION {
        if resource.id.parse() == Ok(unit.organization()) {
            return Ok(None);
        }
        let detail =
            "must be the organization of the path: assign a role elsewhere under the path of elsewhere";
        return Err(AppError::invalid("/resource/id", "invalid_value", detail));
    }
    if resource.is_workspace() {
        let lives = |id| unit.snapshot().has_workspace(unit.organization(), id);
        if resource.as_workspace().is_some_and(lives) {
            return Ok(Some(resource));
        }
        let detail = "is not a living workspace of this organization";
        return Err(AppError::invalid("/resource/id", "unknown_workspace", detail));
    }
    check_resource(unit.snapshot().catalogue(), &resource)?;
    if !unit.snapshot().there(unit.organization(), Some(&resource)) {
        let detail = "stands in a workspace that was deleted";
        return Err(AppError::invalid("/resource/id", "unknown_workspace", detail));
    }
    Ok(Some(resource))
}

/// What anonymous holds everybody holds: nothing of Polity's own, and nothing that changes anything.
fn check_public(unit: &Writer, principal: &Principal, role: RoleId) -> Result<(), AppError> {
    if *principal != Principal::Anonymous || unit.snapshot().role_can_be_public(role) {
        return Ok(());
    }
    let detail = "cannot be public: it must give permissions that an application has registered as READ, and no others";
    Err(AppError::invalid("/role", "role_not_public", detail))
}

/// Members and groups hold roles, and keys of the organization or of one above it.
async fn check_principal(op: &Op, unit: &Writer, principal: &Principal) -> Result<(), AppError> {
    let known = match principal {
        Principal::User(user) => unit.members().exists(*user).await?,
        // A key of a service account holds what that holds and nothing else.
        Principal::ApiKey(key) => unit.snapshot().api_key(*key).is_some_and(|key| {
            let mut above = unit.snapshot().lineage(unit.organization());
            key.service_account_id.is_none()
                && key.alive(op.now()).is_ok()
                && above.any(|(id, _)| id == key.organization_id)
        }),
        Principal::ServiceAccount(account) => {
            unit.snapshot().has_service_account(unit.organization(), *account)
        }
        Principal::Group(group) => unit.snapshot().has_group(unit.organization(), *group),
        Principal::Anonymous => true,
    };
    if known {
        Ok(())
    } else {
        let detail = "must be a member, group or service account of the organization, or a living API key of it or of one above it";
        Err(AppError::invalid("/principal/id", "unknown_principal", detail))
    }
}
