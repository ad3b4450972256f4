//! Inviting somebody.

use polity_domain::email::Email;
use polity_domain::ids::{GroupId, InvitationId, OrganizationId, RoleId, WorkspaceId};
use polity_domain::invitations::{Invitation, Redirect};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::permissions::{GROUPS_MANAGE_MEMBERS, INVITATIONS_CREATE};
use polity_domain::roles::BuiltIn;
use polity_domain::settings::Policy;
use polity_store::Writer;
use polity_store::outbox::Message;

use super::open::{invite, may_invite, unknown_workspace};
use super::redirect::check_redirect;
use super::view::{InvitationView, Shown};
use crate::error::Quota;
use crate::identity::{spend_mail, too_many_mails};
use crate::limits::{Room, room};
use crate::preferences::locale_in;
use crate::role_assignments::{check_offer, rights};
use crate::settings::{against_settings, policy_in};
use crate::{AppError, Op};

/// Whom to invite, to what.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Who is asked.
    pub email: Email,
    /// The workspace to join; none: only the organization.
    pub workspace: Option<WorkspaceId>,
    /// The roles on joining; none: Member, or Viewer of the workspace.
    pub roles: Vec<RoleId>,
    /// The groups to be in on joining.
    pub groups: Vec<GroupId>,
    /// Where they are to be led afterwards.
    pub redirect: Redirect,
    /// The language of the mail; none: as the workspace or the organization prefers, else English.
    pub locale: Option<String>,
    /// A word from the inviter.
    pub message: Option<String>,
    /// How long it stands; none: as the settings say.
    pub ttl_seconds: Option<i64>,
}

/// Invites somebody by mail. The mail leaves if and only if this is committed.
///
/// # Errors
/// 400 for a role that cannot be held here, a workspace that is not there or a time out of bounds; 403 `cannot_grant`
/// when a role or group has more than the caller holds; 400 `against_settings` for an address that the settings do not allow;
/// 409 `already_member`, `already_invited`, `email_domain_blocked` or `limit_exceeded`; 429 after too many in
/// a day.
#[tracing::instrument(name = "invitations.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewInvitation,
) -> Result<InvitationView, AppError> {
    may_invite(op, INVITATIONS_CREATE, organization, new.workspace).await?;
    spend(op, &new.email).await?;
    let unit = invite(op, INVITATIONS_CREATE, organization, new.workspace).await?;
    let title = title_of(&unit);
    let mut room = room(&unit, organization, Limited::InvitationsPending).await?;
    let invitation = prepare(op, &unit, &mut room, new).await?;
    unit.send(letter(op, &invitation)).await?;
    let shown = Shown::before(&unit, &title, &invitation).await?;
    let revision = unit.commit(Change::InvitationCreated(invitation.clone())).await?;
    Ok(shown.queued(op, invitation, revision.row()))
}

/// Checks everything that can be checked now, and makes the invitation.
pub(super) async fn prepare(
    op: &Op,
    unit: &Writer,
    room: &mut Room,
    new: NewInvitation,
) -> Result<Invitation, AppError> {
    let now = op.now();
    let organization = unit.organization();
    check_workspace(unit, new.workspace)?;
    let roles = offered(new.workspace, new.roles);
    check_offer(op, unit, new.workspace, &roles)?;
    let mut groups = new.groups;
    dedup(&mut groups);
    check_groups(op, unit, &groups)?;
    check_redirect(op, unit, new.redirect)?;
    let policy = policy_in(unit, new.workspace).await?;
    let ttl = check_ttl(op, &policy, new.ttl_seconds)?;
    check_admitted(&policy, &new.email)?;
    check_domain(unit, &new.email).await?;
    // Members can be invited into a workspace as well.
    if new.workspace.is_none() {
        check_not_member(unit, &new.email).await?;
    }
    if unit.invitations().pending_for(&new.email, new.workspace, now).await?.is_some() {
        return Err(AppError::conflict(
            "already_invited",
            "An invitation for this address is pending; resend it.",
        ));
    }
    if unit.invitations().made_since(now.plus_seconds(-86_400)).await? >= op.settings().invitations_per_day {
        let quota = Quota { name: "invitations", amount: op.settings().invitations_per_day, window: 86_400 };
        return Err(AppError::too_many(quota, 3_600));
    }
    let locale = match new.locale {
        None => locale_in(unit, new.workspace).await?.unwrap_or_else(|| "en".to_owned()),
        Some(asked) => asked,
    };
    room.take()?;
    Ok(Invitation {
        id: InvitationId::from_uuid(op.new_id()),
        organization_id: organization,
        email: new.email,
        workspace_id: new.workspace,
        roles,
        groups,
        redirect: new.redirect,
        locale,
        message: new.message,
        sponsor: op.principal()?,
        ended: None,
        generation: 1,
        expire_time: now.plus_seconds(ttl),
        create_time: now,
        update_time: now,
    })
}

/// The workspace, if one is named, lives in the unit's organization.
pub(crate) fn check_workspace(unit: &Writer, workspace: Option<WorkspaceId>) -> Result<(), AppError> {
    match workspace {
        Some(id) if !unit.snapshot().has_workspace(unit.organization(), id) => Err(unknown_workspace()),
        _ => Ok(()),
    }
}

/// The roles on offer; where none is named: Member, or Viewer of the workspace.
pub(crate) fn offered(workspace: Option<WorkspaceId>, mut roles: Vec<RoleId>) -> Vec<RoleId> {
    if roles.is_empty() {
        let least = if workspace.is_some() { BuiltIn::WorkspaceViewer } else { BuiltIn::Member };
        roles.push(least.id());
    }
    dedup(&mut roles);
    roles
}

/// Each of them once, in the order given.
pub(super) fn dedup<T: Copy + Ord>(offered: &mut Vec<T>) {
    let mut seen = std::collections::BTreeSet::new();
    offered.retain(|one| seen.insert(*one));
}

/// The groups are the organization's, and the caller could put somebody into each of them.
pub(super) fn check_groups(op: &Op, unit: &Writer, groups: &[GroupId]) -> Result<(), AppError> {
    let (caller, organization, now) = (op.principal()?, unit.organization(), op.now());
    for (position, group) in groups.iter().enumerate() {
        let manage = GROUPS_MANAGE_MEMBERS.index();
        if !rights(unit).check(&caller, manage, organization, None, op.moment()).allowed() {
            return Err(AppError::forbidden(GROUPS_MANAGE_MEMBERS.name()));
        }
        if !unit.snapshot().has_group(organization, *group) {
            let detail = "is not a group of this organization";
            return Err(AppError::invalid(format!("/groups/{position}"), "unknown_principal", detail));
        }
        rights(unit).may_join(&caller, *group, organization, now)?;
    }
    Ok(())
}

/// The same of an invitation that stands: groups that were deleted meanwhile have nothing to give.
pub(super) fn check_groups_left(op: &Op, unit: &Writer, groups: &[GroupId]) -> Result<(), AppError> {
    let there = |group: &&GroupId| unit.snapshot().has_group(unit.organization(), **group);
    let left: Vec<GroupId> = groups.iter().filter(there).copied().collect();
    check_groups(op, unit, &left)
}

/// Counts the mail to the address: before the unit, whose lock it must not wait for.
pub(super) async fn spend(op: &Op, email: &Email) -> Result<(), AppError> {
    if spend_mail(op, "invitation", email).await? { Ok(()) } else { Err(too_many_mails(op)) }
}

/// The organization does not shut out people of that domain.
pub(crate) async fn check_domain(unit: &Writer, email: &Email) -> Result<(), AppError> {
    let own = unit.organizations().own().await?;
    if own.is_some_and(|(organization, _)| organization.profile.blocks(email)) {
        let detail = "The organization lets nobody of this address's domain in.";
        return Err(AppError::conflict("email_domain_blocked", detail));
    }
    Ok(())
}

/// Nobody of that address is a member yet.
pub(super) async fn check_not_member(unit: &Writer, email: &Email) -> Result<(), AppError> {
    let Some(user) = unit.user_by_email(email.canonical()).await? else { return Ok(()) };
    if unit.members().exists(user.id).await? {
        return Err(AppError::conflict("already_member", "This person is a member already."));
    }
    Ok(())
}

/// How long it stands, in seconds.
pub(crate) fn check_ttl(op: &Op, policy: &Policy, ttl_seconds: Option<i64>) -> Result<i64, AppError> {
    let (usual, longest) = (op.settings().invitation_ttl_seconds, op.settings().invitation_max_ttl_seconds);
    policy.invitation_ttl(ttl_seconds, usual, longest).map_err(|longest| {
        let detail = format!("must be from 60 to {longest} seconds");
        AppError::invalid("/ttl_seconds", "invalid_value", detail)
    })
}

/// The settings allow the address.
pub(super) fn check_admitted(policy: &Policy, email: &Email) -> Result<(), AppError> {
    if policy.admits(email) {
        return Ok(());
    }
    Err(against_settings("/email", "is of a domain that the organization's settings do not allow"))
}

pub(super) fn letter(op: &Op, invitation: &Invitation) -> Message {
    Message {
        id: op.new_id(),
        kind: "invitation",
        subject_id: invitation.id.uuid(),
        generation: invitation.generation,
    }
}

/// The organization's title, for the answer.
pub(super) fn title_of(unit: &Writer) -> String {
    let node = unit.snapshot().node(unit.organization());
    node.map(|node| node.title.to_string()).unwrap_or_default()
}
