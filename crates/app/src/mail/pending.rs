//! What is in the outbox, as letters. The outbox holds no secret: the tokens of links are derived anew
//! each time, and they open nothing any more once their subject has moved on.

use polity_domain::access::Permit;
use polity_domain::customizations::{MailKind, MailTemplate, effective, in_language};
use polity_domain::ids::{InvitationId, MembershipRequestId, MessageId, RegistrationId, UserId};
use polity_domain::invitations::{Invitation, InvitationState};
use polity_domain::membership_requests::RequestEnded;
use polity_domain::roles::Principal;
use polity_domain::secret_format::{Revealed, Token, TokenKind};
use polity_domain::settings::chain;
use polity_domain::time::Time;
use polity_store::Reader;
use polity_store::outbox::Model as Mail;

use super::{Envelope, InvitationMail, Letter, Letters, Locale, RegistrationMail, RequestAnswerMail};
use crate::{AppError, Op};

/// The kind of an invitation's letter.
pub(super) const INVITATION: &str = "invitation";
/// The kind of the letter that tells what became of a request to be taken in.
pub(crate) const REQUEST_ANSWERED: &str = "membership_request_answered";
const REGISTRATION: &str = "registration";
const ALREADY_REGISTERED: &str = "already_registered";

/// What is to be done about a row of the outbox.
pub(super) enum Draft {
    /// Send this.
    Letter(Box<Letter>),
    /// Nothing any more: what it was about has ended, or another letter took its place.
    Superseded,
    /// Nothing for now, because of this.
    NotNow(&'static str),
}

impl From<Letter> for Draft {
    fn from(letter: Letter) -> Self {
        Self::Letter(Box::new(letter))
    }
}

/// The letter of a row of the outbox.
pub(super) async fn draft(op: &Op, mail: &Mail) -> Result<Draft, AppError> {
    match mail.kind.as_str() {
        INVITATION => invitation(op, mail).await,
        REQUEST_ANSWERED => request_answered(op, mail).await,
        REGISTRATION => registration(op, mail).await,
        ALREADY_REGISTERED => already_registered(op, mail).await,
        other => Err(AppError::internal(format!("no letter is of the kind {other}"))),
    }
}

async fn invitation(op: &Op, mail: &Mail) -> Result<Draft, AppError> {
    let id = InvitationId::from_uuid(mail.subject_id);
    let Some(invitation) = op.store().invitation_by_id(id).await? else { return Ok(Draft::Superseded) };
    let current = i64::from(invitation.generation) == mail.generation;
    if !current || invitation.state(op.now()) != InvitationState::Pending {
        return Ok(Draft::Superseded);
    }
    let organization = invitation.organization_id;
    let Some(snapshot) = op.store().snapshot(organization).await? else { return Ok(Draft::Superseded) };
    if snapshot.stopped(organization).is_some() {
        return Ok(Draft::NotNow("the organization is suspended or deleted"));
    }
    // The invited person may read what their secret opens.
    let permit = Permit::bearer(organization, "mail.deliver").to_read();
    let reader = Reader::open(op.store(), permit, snapshot);
    let roles = crate::roles::titles(&reader, &invitation.roles).await?;
    let workspace = match invitation.workspace_id {
        Some(id) => match reader.workspaces().get(id).await? {
            Some((workspace, _)) if workspace.lives() => Some(workspace.title),
            Some(_) => return Ok(Draft::NotNow("the workspace is deleted")),
            // It was purged.
            None => return Ok(Draft::Superseded),
        },
        None => None,
    };
    let place = match workspace {
        Some(workspace) => format!("{workspace} ({})", reader.title()),
        None => reader.title().to_owned(),
    };
    let inviter = inviter(op, &invitation).await?;
    let token = token(op, TokenKind::Invitation, mail, invitation.generation);
    let template = template(&reader, MailKind::Invitation, &invitation.locale).await?;
    let content = InvitationMail {
        organization_title: &place,
        inviter_name: inviter.as_deref(),
        role_titles: &roles,
        message: invitation.message.as_deref(),
        expire_time: invitation.expire_time,
        token: &token,
        template: template.as_ref(),
    };
    let locale = template.as_ref().map_or(&invitation.locale, |template| &template.locale);
    let locale = Locale::from_tag(locale);
    let envelope = envelope(mail, invitation.email.clone(), locale);
    Ok(letters(op).invitation(envelope, &content)?.into())
}

/// The words that the organization has for a mail, in the reader's language; none: Polity's own.
async fn template(reader: &Reader, kind: MailKind, locale: &str) -> Result<Option<MailTemplate>, AppError> {
    let chain = chain(reader.customizations().lineage().await?);
    let found = effective(&chain).mail_templates.remove(&kind);
    Ok(found.and_then(|found| in_language(&found.value, locale, |mail| &mail.locale).cloned()))
}

async fn inviter(op: &Op, invitation: &Invitation) -> Result<Option<String>, AppError> {
    match invitation.sponsor {
        Principal::User(id) => Ok(op.store().user(id).await?.map(|(user, _)| user.display_name)),
        Principal::ApiKey(_) | Principal::Group(_) | Principal::ServiceAccount(_) | Principal::Anonymous => {
            Ok(None)
        }
    }
}

async fn request_answered(op: &Op, mail: &Mail) -> Result<Draft, AppError> {
    let id = MembershipRequestId::from_uuid(mail.subject_id);
    let Some((request, _)) = op.store().membership_request_by_id(id).await? else {
        return Ok(Draft::Superseded);
    };
    let approved = match request.ended {
        Some(RequestEnded::Approved) => true,
        Some(RequestEnded::Denied) => false,
        Some(RequestEnded::Withdrawn) | None => return Ok(Draft::Superseded),
    };
    let organization = request.organization_id;
    let Some(snapshot) = op.store().snapshot(organization).await? else { return Ok(Draft::Superseded) };
    if snapshot.stopped(organization).is_some() {
        return Ok(Draft::NotNow("the organization is suspended or deleted"));
    }
    let Some((user, _)) = op.store().user(request.user_id).await? else { return Ok(Draft::Superseded) };
    // Whoever asked may read what became of it.
    let permit = Permit::own_read(organization, "mail.deliver");
    let reader = Reader::open(op.store(), permit, snapshot);
    let (preferences, _) = reader.preferences().await?;
    let locale = preferences.locale.as_deref().map(Locale::from_tag).unwrap_or_default();
    let content = RequestAnswerMail { organization_title: reader.title(), approved };
    Ok(letters(op).request_answer(envelope(mail, user.email, locale), &content)?.into())
}

async fn registration(op: &Op, mail: &Mail) -> Result<Draft, AppError> {
    let id = RegistrationId::from_uuid(mail.subject_id);
    let waiting = op.store().registration(id).await?.filter(|waiting| waiting.is_pending(op.now()));
    let Some(waiting) = waiting else { return Ok(Draft::Superseded) };
    let generation = u32::try_from(mail.generation).map_err(AppError::internal)?;
    let token = token(op, TokenKind::Registration, mail, generation);
    let content = RegistrationMail { expire_time: waiting.expire_time, token: &token };
    Ok(letters(op).registration(envelope(mail, waiting.email, Locale::default()), &content)?.into())
}

async fn already_registered(op: &Op, mail: &Mail) -> Result<Draft, AppError> {
    let found = op.store().user(UserId::from_uuid(mail.subject_id)).await?;
    let Some((user, _)) = found else { return Ok(Draft::Superseded) };
    Ok(letters(op).already_registered(envelope(mail, user.email, Locale::default()))?.into())
}

fn letters(op: &Op) -> Letters {
    Letters::new(&op.settings().public_url)
}

fn token(op: &Op, kind: TokenKind, mail: &Mail, generation: u32) -> Revealed {
    let id = mail.subject_id;
    Token { kind, id, secret: op.app().secrets.one_time_secret(kind, id, generation) }.format()
}

/// The same id and date in every try, so that a receiver can tell a repetition.
fn envelope(mail: &Mail, to: polity_domain::email::Email, locale: Locale) -> Envelope {
    Envelope { to, message_id: MessageId::from_uuid(mail.id), time: Time(mail.create_time), locale }
}
