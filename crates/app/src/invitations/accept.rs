//! Accepting an invitation: somebody becomes a member, with the roles that were offered.

use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, RoleAssignmentId, UserId};
use polity_domain::invitations::Invitation;
use polity_domain::ledger::event::{Actor, Change, Changed};
use polity_domain::limits::Limited;
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::INVITATIONS_CREATE;
use polity_domain::roles::{Principal, ResourceRef, RoleAssignment, RoleScope};
use polity_domain::users::User;
use polity_store::Writer;

use super::check_domain;
use super::token::Handle;
use crate::identity::{NewCredentials, NewSession, SignedIn};
use crate::limits::room;
use crate::role_assignments::{check_open, split};
use crate::settings::{policy_in, refused_by_settings};
use crate::{AppError, Caller, Kind, Op};

/// An account to be made on the way: the mailed token proves its address.
pub struct NewAccount {
    /// What others call them.
    pub display_name: String,
    /// The password, already judged.
    pub password: crate::passwords::Password,
}

/// What accepting made.
pub struct Accepted {
    /// The invitation.
    pub invitation: Invitation,
    /// The membership.
    pub member: Member,
    /// The session of an account that was made on the way.
    pub session: Option<SignedIn>,
}

/// Accepts an invitation by its mailed token, or by id for the signed-in owner of the address.
///
/// # Errors
/// 401 `sign_in_required` when the address has an account and nobody is signed in; 403
/// `wrong_account`; 409 `already_used`, `revoked`, `expired`, `already_member`, `inviter_lost_rights`,
/// `refused_by_settings`, `seat_limit`, `workspace_deleted`.
#[tracing::instrument(name = "invitations.accept", skip_all)]
pub async fn accept(op: &Op, handle: &Handle, account: Option<NewAccount>) -> Result<Accepted, AppError> {
    may_answer(op, handle)?;
    let invitation = handle.find(op).await?;
    let known = answering(op, handle, &invitation).await?;
    invitation.answerable(op.now())?;
    let (user, credentials) = match known {
        Some(user) if op.person().is_some() => (user, None),
        Some(_) => return Err(sign_in_required()),
        None => new_account(op, &invitation.email, account).await?,
    };
    let actor = op.person().unwrap_or(Actor::Bearer { user_id: Some(user.id) });
    // An account is made in the root's tree.
    let further: &[_] = if credentials.is_some() { &[OrganizationId::ROOT] } else { &[] };
    let mut unit = op.bearer("invitations.accept", invitation.organization_id, further, actor).await?;
    let session = match &credentials {
        Some(credentials) => {
            credentials.record(&mut unit, &user).await?;
            let session = NewSession::draw(op, &user);
            session.record(&unit).await?;
            Some(session)
        }
        None => None,
    };
    let (invitation, member) = join(op, unit, handle, &invitation, &user).await?;
    let session = session.map(|session| session.show(op, user)).transpose()?;
    Ok(Accepted { invitation, member, session })
}

/// Before anything is looked up, so that nobody learns from the refusal what there is.
pub(super) fn may_answer(op: &Op, handle: &Handle) -> Result<(), AppError> {
    match op.caller() {
        Caller::User { .. } => Ok(()),
        Caller::Anonymous if handle.proves_address() => Ok(()),
        Caller::Anonymous => Err(AppError::unauthenticated()),
        // A key is nobody who could join.
        Caller::ApiKey { .. } => {
            Err(AppError::new(Kind::Forbidden, "person_required", "Only a person can answer an invitation."))
        }
    }
}

/// Who answers: the signed-in person, who must own the invited address, or the holder of the token,
/// whose account is the one of the invited address if there is one.
pub(super) async fn answering(
    op: &Op,
    handle: &Handle,
    invitation: &Invitation,
) -> Result<Option<User>, AppError> {
    match op.caller() {
        Caller::User { user_id, .. } => {
            let (user, _) = op.store().user(*user_id).await?.ok_or_else(AppError::unauthenticated)?;
            if user.email.canonical() == invitation.email.canonical() {
                Ok(Some(user))
            } else if handle.proves_address() {
                Err(polity_domain::invitations::Refused::WrongAccount.into())
            } else {
                // By its id alone, others may not even know that it exists.
                Err(AppError::not_found())
            }
        }
        Caller::Anonymous | Caller::ApiKey { .. } => {
            Ok(op.store().user_by_email(invitation.email.canonical()).await?.map(|account| account.user))
        }
    }
}

fn sign_in_required() -> AppError {
    let detail = "There is an account for this address: sign in, then accept.";
    AppError::new(Kind::Unauthenticated, "sign_in_required", detail)
}

async fn new_account(
    op: &Op,
    email: &Email,
    account: Option<NewAccount>,
) -> Result<(User, Option<NewCredentials>), AppError> {
    let Some(NewAccount { display_name, password }) = account else {
        let detail =
            "there is no account for this address yet: give a password and a display_name, or register first";
        return Err(AppError::invalid("/password", "account_needed", detail));
    };
    let credentials = NewCredentials::prepare(op, email, &display_name, &password).await?;
    let id = UserId::from_uuid(op.new_id());
    let user = User { id, email: email.clone(), display_name, create_time: op.now(), update_time: op.now() };
    Ok((user, Some(credentials)))
}

/// Under the lock: the invitation is still open, its sponsor may still grant its roles, and the
/// organization takes people in.
async fn join(
    op: &Op,
    mut unit: Writer,
    handle: &Handle,
    invitation: &Invitation,
    user: &User,
) -> Result<(Invitation, Member), AppError> {
    let now = op.now();
    let organization = invitation.organization_id;
    let (before, _) = unit.invitations().get(invitation.id).await?.ok_or_else(AppError::not_found)?;
    handle.still_names(op, &before)?;
    let after = before.accept(user.id, [user.email.canonical()], now)?;
    check_open(&unit)?;
    if before.workspace_id.is_some_and(|id| !unit.snapshot().has_workspace(organization, id)) {
        let detail = "The workspace that you were invited into was deleted.";
        return Err(AppError::conflict("workspace_deleted", detail));
    }
    check_sponsor(op, &unit, &before)?;
    // As they are now, not as they were when it invited.
    if !policy_in(&unit, before.workspace_id).await?.admits(&before.email) {
        return Err(refused_by_settings("The organization takes in no addresses of this domain any more."));
    }
    let member = match unit.members().get(user.id).await? {
        None => {
            check_taken_in(&unit, &before).await?;
            let member = Member {
                organization_id: organization,
                user_id: user.id,
                title: None,
                joined: Joined::Invitation { invitation_id: before.id },
                expire_time: None,
                create_time: now,
                update_time: now,
            };
            unit.record(Change::MemberAdded(member.clone())).await?;
            member
        }
        // A member can be invited into a workspace, too.
        Some((member, _)) if before.workspace_id.is_some() && member.counts(now) => member,
        Some(_) => return Err(AppError::conflict("already_member", "You are a member already.")),
    };
    for change in joining(op, &unit, &before, Principal::User(user.id)).await? {
        unit.record(change).await?;
    }
    unit.commit(Change::InvitationAccepted(Changed { before, after: after.clone() })).await?;
    Ok((after, member))
}

/// There is room for one more, whose domain is not blocked.
async fn check_taken_in(unit: &Writer, invitation: &Invitation) -> Result<(), AppError> {
    let organization = invitation.organization_id;
    check_domain(unit, &invitation.email).await?;
    let full = |error: AppError| match error.code {
        "limit_exceeded" => {
            AppError::conflict("seat_limit", "The organization has as many members as it may have.")
        }
        _ => error,
    };
    room(unit, organization, Limited::Members).await?.take().map_err(full)
}

/// The roles that were offered, as far as the person does not hold them there already.
async fn joining(
    op: &Op,
    unit: &Writer,
    invitation: &Invitation,
    principal: Principal,
) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    for role_id in &invitation.roles {
        let on_workspace = unit.snapshot().role_scope(*role_id) == Some(RoleScope::Workspace);
        let resource = invitation.workspace_id.filter(|_| on_workspace).map(ResourceRef::workspace);
        match unit.role_assignments().find(&principal, *role_id, resource.as_ref()).await? {
            Some((held, _)) if held.live(op.now()) => continue,
            expired => changes.extend(expired.map(|(held, _)| Change::RoleAssignmentDeleted(held))),
        }
        changes.push(Change::RoleAssignmentCreated(RoleAssignment {
            id: RoleAssignmentId::from_uuid(op.new_id()),
            organization_id: invitation.organization_id,
            principal,
            role_id: *role_id,
            resource,
            expire_time: None,
            create_time: op.now(),
        }));
    }
    Ok(changes)
}

/// An invitation is worth what whoever vouches for it could grant themselves, now and here.
fn check_sponsor(op: &Op, unit: &Writer, invitation: &Invitation) -> Result<(), AppError> {
    let (organization, now) = (invitation.organization_id, op.now());
    let (snapshot, sponsor) = (unit.snapshot(), &invitation.sponsor);
    let workspace = invitation.workspace_id.map(ResourceRef::workspace);
    let (on_workspace, on_whole) = split(snapshot, &invitation.roles);
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
    let still_invites =
        snapshot.check(sponsor, INVITATIONS_CREATE.index(), organization, workspace.as_ref(), now);
    if usable && granted_on_workspace && granted && still_invites.allowed() {
        Ok(())
    } else {
        let detail = "Whoever invited you may no longer grant what was offered; ask for the invitation to be sent again.";
        Err(AppError::conflict("inviter_lost_rights", detail))
    }
}
