//! Deleting a custom role.

use polity_domain::ids::{OrganizationId, RoleAssignmentId, RoleId};
use polity_domain::invitations::Invitation;
use polity_domain::invite_links::InviteLink;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::ROLES_DELETE;
use polity_domain::roles::{Role, RoleAssignment};
use polity_store::Writer;

use super::rules::{check_held, check_known, own};
use crate::changes::{carry_out, outcome};
use crate::role_assignments::{check_personal, check_unconditional};
use crate::{AppError, IfMatch, Op, Outcome};

/// Deletes a custom role. While somebody holds it, here or below, or a pending invitation or a usable link offers it,
/// `reassign_to` takes its place with all of them.
///
/// # Errors
/// 400 `unknown_role` when the other role cannot take its place everywhere, `ownership_is_personal`, `ownership_is_unconditional`; 403 `system_role`,
/// `inherited_role`, or `cannot_grant` when one of the two has more than the caller holds; 409
/// `role_in_use`; 412 when `if_match` is another version.
#[tracing::instrument(name = "roles.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: RoleId,
    reassign_to: Option<RoleId>,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(ROLES_DELETE, organization).await?;
    let (role, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    check_held(op, &unit, &check_known(unit.snapshot(), &role.permissions, &role.permissions)?)?;
    let held = unit.role_assignments().all_by_role(id).await?;
    let offered = unit.invitations().pending_with_role(id, op.now()).await?;
    let links = unit.invite_links().active_with_role(id, op.now()).await?;
    let promised = !offered.is_empty() || !links.is_empty();
    let mut changes = match reassign_to {
        None if held.iter().any(|assignment| assignment.live(op.now())) || promised => {
            let detail =
                "The role is held by somebody or offered by an invitation or a link; say reassign_to.";
            return Err(AppError::conflict("role_in_use", detail));
        }
        None => held.into_iter().map(Change::RoleAssignmentDeleted).collect(),
        Some(other) => {
            check_other(op, &unit, &role, other)?;
            for held in &held {
                check_personal(&held.principal, other, "reassign_to")?;
                check_unconditional(held.condition.as_deref(), other, "reassign_to")?;
            }
            let mut changes = reassign(op, &unit, &role, held, other).await?;
            changes.extend(offered.into_iter().map(|invitation| offer_instead(op, invitation, id, other)));
            changes.extend(links.into_iter().map(|link| link_instead(op, link, id, other)));
            changes
        }
    };
    changes.push(Change::RoleDeleted(role));
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}

/// The other role can be held here, and so wherever this one reaches, and the caller could grant it.
fn check_other(op: &Op, unit: &Writer, role: &Role, other: RoleId) -> Result<(), AppError> {
    if other == role.id || !unit.snapshot().role_usable(other, unit.organization(), role.scope) {
        let detail = "must be another role of the same scope that can be held here";
        return Err(AppError::invalid("reassign_to", "unknown_role", detail));
    }
    Ok(unit.snapshot().may_grant_roles(&op.principal()?, &[other], unit.organization(), op.now())?)
}

/// Each assignment becomes one of the other role, for as long and on the same resource. What counts no
/// more (its end has come, or the role reaches its organization no longer) just ends.
async fn reassign(
    op: &Op,
    unit: &Writer,
    role: &Role,
    held: Vec<RoleAssignment>,
    other: RoleId,
) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    for old in held {
        let counts =
            old.live(op.now()) && unit.snapshot().role_usable(role.id, old.organization_id, role.scope);
        let twin = unit.role_assignments().find_like(&old, other).await?;
        if counts && twin.as_ref().is_none_or(|twin| !twin.live(op.now())) {
            changes.extend(twin.map(Change::RoleAssignmentDeleted));
            changes.push(Change::RoleAssignmentCreated(RoleAssignment {
                id: RoleAssignmentId::from_uuid(op.new_id()),
                role_id: other,
                create_time: op.now(),
                ..old.clone()
            }));
        }
        changes.push(Change::RoleAssignmentDeleted(old));
    }
    Ok(changes)
}

/// Whoever vouched for the invitation vouches for it still: when it is accepted they must be able to
/// grant the other role.
fn offer_instead(op: &Op, before: Invitation, role: RoleId, other: RoleId) -> Change {
    let mut after = Invitation { update_time: op.now(), ..before.clone() };
    after.roles.retain(|offered| *offered != role && *offered != other);
    after.roles.push(other);
    Change::InvitationUpdated(Changed { before, after })
}

/// The same of a link.
fn link_instead(op: &Op, before: InviteLink, role: RoleId, other: RoleId) -> Change {
    let after = before.offer_instead(role, other, op.now());
    Change::InviteLinkUpdated(Changed { before, after })
}
