//! Somebody comes in: what was promised to them, whether whoever vouches for it still can, and whether the
//! organization takes them in. Invitations, links and requests end here.

use polity_domain::email::Email;
use polity_domain::groups::GroupMember;
use polity_domain::ids::{GroupId, RoleAssignmentId, RoleId, WorkspaceId};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::{Action, GROUPS_MANAGE_MEMBERS, Write};
use polity_domain::roles::{Principal, ResourceRef, RoleAssignment, RoleScope};
use polity_domain::users::User;
use polity_store::Writer;

use crate::invitations::check_domain;
use crate::limits::room;
use crate::role_assignments::{check_open, split};
use crate::settings::{policy_in, refused_by_settings};
use crate::{AppError, Op};

/// What whoever comes in is to have.
#[derive(Clone, Copy)]
pub(crate) struct Offer<'a> {
    /// The workspace to join; none: only the organization.
    pub workspace: Option<WorkspaceId>,
    /// The roles: those of a workspace are held on it, the others on the organization.
    pub roles: &'a [RoleId],
    /// The groups of the organization to be in.
    pub groups: &'a [GroupId],
}

/// The organization is not stopped, nor is the workspace deleted.
pub(crate) fn check_there(unit: &Writer, offer: Offer<'_>) -> Result<(), AppError> {
    check_open(unit)?;
    if offer.workspace.is_some_and(|id| !unit.snapshot().has_workspace(unit.organization(), id)) {
        let detail = "The workspace that you were invited into was deleted.";
        return Err(AppError::conflict("workspace_deleted", detail));
    }
    Ok(())
}

/// An offer is worth what whoever vouches for it could grant themselves, now and here; they must still have
/// the right to make such an offer (`action`), too.
pub(crate) fn check_sponsor(
    op: &Op,
    unit: &Writer,
    offer: Offer<'_>,
    sponsor: &Principal,
    action: Action<Write>,
) -> Result<(), AppError> {
    let (organization, now, snapshot) = (unit.organization(), op.now(), unit.snapshot());
    let workspace = offer.workspace.map(ResourceRef::workspace);
    let (on_workspace, on_whole) = split(snapshot, offer.roles);
    let usable =
        |roles: &[_], scope| roles.iter().all(|role| snapshot.role_usable(*role, organization, scope));
    let usable = usable(&on_workspace, RoleScope::Workspace) && usable(&on_whole, RoleScope::Organization);
    let granted_on_workspace = match &workspace {
        Some(resource) => {
            snapshot.may_grant_roles_on(sponsor, &on_workspace, organization, resource, now).is_ok()
        }
        None => on_workspace.is_empty(),
    };
    let granted =
        on_whole.is_empty() || snapshot.may_grant_roles(sponsor, &on_whole, organization, now).is_ok();
    let still_offers = snapshot.vouches(sponsor, action.index(), organization, workspace.as_ref(), now);
    let groups = living(unit, offer).all(|group| {
        let manages = snapshot.vouches(sponsor, GROUPS_MANAGE_MEMBERS.index(), organization, None, now);
        manages && snapshot.may_join(sponsor, group, organization, now).is_ok()
    });
    if usable && granted_on_workspace && granted && groups && still_offers {
        Ok(())
    } else {
        let detail = "Whoever invited you may no longer grant what was offered; ask to be invited again.";
        Err(AppError::conflict("inviter_lost_rights", detail))
    }
}

/// The groups on offer that are still there: one that was deleted has nothing to give.
fn living<'a>(unit: &'a Writer, offer: Offer<'a>) -> impl Iterator<Item = GroupId> + 'a {
    let there = |group: &GroupId| unit.snapshot().has_group(unit.organization(), *group);
    offer.groups.iter().copied().filter(there)
}

/// What makes somebody a member with what is offered; no change at all for a member who has it already.
///
/// # Errors
/// 409 `already_member`, unless the offer leads into a workspace; `refused_by_settings`,
/// `email_domain_blocked`, `seat_limit`.
pub(crate) async fn joining(
    op: &Op,
    unit: &Writer,
    offer: Offer<'_>,
    user: &User,
    joined: Joined,
) -> Result<(Member, Vec<Change>), AppError> {
    // As they are now, not as they were when the offer was made.
    if !policy_in(unit, offer.workspace).await?.admits(&user.email) {
        return Err(refused_by_settings("The organization takes in no addresses of this domain any more."));
    }
    let mut changes = Vec::new();
    let member = match unit.members().get(user.id).await? {
        None => {
            check_taken_in(unit, &user.email).await?;
            let member = Member {
                organization_id: unit.organization(),
                user_id: user.id,
                title: None,
                joined,
                expire_time: None,
                create_time: op.now(),
                update_time: op.now(),
            };
            changes.push(Change::MemberAdded(member.clone()));
            member
        }
        // A member can be invited into a workspace, too.
        Some((member, _)) if offer.workspace.is_some() && member.counts(op.now()) => member,
        Some(_) => return Err(AppError::conflict("already_member", "This person is a member already.")),
    };
    let principal = Principal::User(user.id);
    changes.extend(roles(op, unit, offer, principal).await?);
    let organization_id = unit.organization();
    let outside = |group: &GroupId| !unit.snapshot().is_in_group(organization_id, *group, principal);
    changes.extend(living(unit, offer).filter(outside).map(|group_id| {
        let create_time = op.now();
        Change::GroupMemberAdded(GroupMember { organization_id, group_id, member: principal, create_time })
    }));
    Ok((member, changes))
}

/// There is room for one more, whose domain is not blocked.
async fn check_taken_in(unit: &Writer, email: &Email) -> Result<(), AppError> {
    let organization = unit.organization();
    check_domain(unit, email).await?;
    let full = |error: AppError| match error.code {
        "limit_exceeded" => {
            AppError::conflict("seat_limit", "The organization has as many members as it may have.")
        }
        _ => error,
    };
    room(unit, organization, Limited::Members).await?.take().map_err(full)
}

/// The roles that are offered, as far as the person does not hold them there already.
async fn roles(
    op: &Op,
    unit: &Writer,
    offer: Offer<'_>,
    principal: Principal,
) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    for role_id in offer.roles {
        let on_workspace = unit.snapshot().role_scope(*role_id) == Some(RoleScope::Workspace);
        let resource = offer.workspace.filter(|_| on_workspace).map(ResourceRef::workspace);
        match unit.role_assignments().find(&principal, *role_id, resource.as_ref()).await? {
            Some((held, _)) if held.live(op.now()) => continue,
            expired => changes.extend(expired.map(|(held, _)| Change::RoleAssignmentDeleted(held))),
        }
        changes.push(Change::RoleAssignmentCreated(RoleAssignment {
            id: RoleAssignmentId::from_uuid(op.new_id()),
            organization_id: unit.organization(),
            principal,
            role_id: *role_id,
            resource,
            expire_time: None,
            condition: None,
            create_time: op.now(),
        }));
    }
    Ok(changes)
}
