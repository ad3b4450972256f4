//! Accepting an invitation: somebody becomes a member, with the roles that were offered.

use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::invitations::Invitation;
use polity_domain::ledger::event::{Actor, Change, Changed};
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::INVITATIONS_CREATE;
use polity_domain::users::User;
use polity_store::Writer;

use super::token::Handle;
use crate::identity::{NewCredentials, NewSession, SignedIn};
use crate::members::{Offer, check_sponsor, check_there, joining};
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
    let (before, _) = unit.invitations().get(invitation.id).await?.ok_or_else(AppError::not_found)?;
    handle.still_names(op, &before)?;
    let after = before.accept(user.id, [user.email.canonical()], op.now())?;
    let offer = Offer { workspace: before.workspace_id, roles: &before.roles, groups: &before.groups };
    check_there(&unit, offer)?;
    check_sponsor(op, &unit, offer, &before.sponsor, INVITATIONS_CREATE)?;
    let joined = Joined::Invitation { invitation_id: before.id };
    let (member, changes) = joining(op, &unit, offer, user, joined).await?;
    for change in changes {
        unit.record(change).await?;
    }
    unit.commit(Change::InvitationAccepted(Changed { before, after: after.clone() })).await?;
    Ok((after, member))
}
