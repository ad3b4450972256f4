//! Registering: the account is made when the address is proven, not before. Each registration keeps its
//! own password, so a stranger's for the same address never mixes with the owner's; whose link is
//! followed decides, and the others are void.

use polity_domain::email::Email;
use polity_domain::ids::RegistrationId;
use polity_domain::secret_format::{Token, TokenKind};

use polity_store::outbox::Message;

use super::{NewCredentials, SignedIn, spend_mail};
use crate::passwords::Password;
use crate::{AppError, Kind, Op, Who};

/// Seconds that a registration waits for the proof of its address.
const TTL_SECONDS: i64 = 24 * 3_600;

/// Who registers.
pub struct Registration {
    /// The address to sign in with.
    pub email: Email,
    /// What others call them.
    pub display_name: String,
    /// The password.
    pub password: Password,
    /// An invitation's mailed token: it proves the address, so that the account is made at once.
    pub invitation_token: Option<String>,
}

/// Registers. The answer is the same whether the address has an account or not: its owner learns it
/// by mail. With an invitation's token the account is made and signed in at once.
#[tracing::instrument(name = "identity.register", skip_all)]
pub async fn register(op: &Op, registration: Registration) -> Result<Option<SignedIn>, AppError> {
    if let Some(token) = registration.invitation_token.clone() {
        return by_invitation(op, registration, &token).await.map(Some);
    }
    if op.settings().registration == Who::Restricted {
        let detail = "Registration is by invitation only.";
        return Err(AppError::new(Kind::Forbidden, "registration_closed", detail));
    }
    let Registration { email, display_name, password, .. } = registration;
    // Hashed in either case, so that both take the same time.
    let credentials = NewCredentials::prepare(op, &email, &display_name, &password).await?;
    let may_mail = spend_mail(op, "registration", &email).await?;
    let existing = op.store().user_by_email(email.canonical()).await?;
    let id = op.new_id();
    if let Some(account) = existing {
        if may_mail {
            let message =
                Message { id, kind: "already_registered", subject_id: account.user.id.uuid(), generation: 0 };
            op.store().send(message, op.now().micros()).await?;
        }
        return Ok(None);
    }
    if !may_mail {
        return Ok(None);
    }
    let registration = polity_store::identity::Registration {
        id: RegistrationId::from_uuid(id),
        email,
        display_name,
        password: credentials.into_hash(),
        create_time: op.now(),
        expire_time: op.now().plus_seconds(TTL_SECONDS),
        used_time: None,
    };
    let message = Message { id: op.new_id(), kind: "registration", subject_id: id, generation: 1 };
    op.store().register(&registration, message).await?;
    Ok(None)
}

/// The mailed token is the proof of the address; it is not used up by it, accepting does that.
async fn by_invitation(op: &Op, registration: Registration, token: &str) -> Result<SignedIn, AppError> {
    let Registration { email, display_name, password, .. } = registration;
    let invitation = crate::invitations::Handle::token(token)?.find_open(op).await?;
    if invitation.email.canonical() != email.canonical() {
        let detail = "must be the address that was invited";
        return Err(AppError::invalid("/email", "wrong_account", detail));
    }
    let credentials = NewCredentials::prepare(op, &email, &display_name, &password).await?;
    super::verify::make_account(op, email, display_name, credentials, None).await
}

/// The token that the mail of a registration carries.
pub(crate) fn mailed_token(op: &Op, id: RegistrationId) -> Token {
    let secret = op.app().secrets.one_time_secret(TokenKind::Registration, id.uuid(), 1);
    Token { kind: TokenKind::Registration, id: id.uuid(), secret }
}
