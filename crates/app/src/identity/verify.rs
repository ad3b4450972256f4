//! Proving an address: the registration becomes an account.

use polity_domain::email::Email;
use polity_domain::ids::{OrganizationId, RegistrationId, UserId};
use polity_domain::ledger::event::Actor;
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::users::User;

use super::register::mailed_token;
use super::{Attempt, NewCredentials, NewSession, SignedIn};
use crate::{AppError, Op};

/// Proves an address by the token that was mailed to it: makes the account and signs it in.
///
/// # Errors
/// 400 `invalid_token` for a token that is unknown, used, expired or of another kind: all alike.
#[tracing::instrument(name = "identity.verify_email", skip_all)]
pub async fn verify_email(op: &Op, token: &str) -> Result<SignedIn, AppError> {
    let attempt = Attempt::begin(op, "verify", None).await?;
    let token = Token::parse(token).ok().filter(|token| token.kind == TokenKind::Registration);
    let token = token.ok_or_else(invalid_token)?;
    let id = RegistrationId::from_uuid(token.id);
    if mailed_token(op, id).secret != token.secret {
        attempt.failed(op).await?;
        return Err(invalid_token());
    }
    let waiting = op.store().registration(id).await?.ok_or_else(invalid_token)?;
    let credentials = NewCredentials::registered(waiting.password);
    make_account(op, waiting.email, waiting.display_name, credentials, Some(id)).await
}

fn invalid_token() -> AppError {
    AppError::invalid("/token", "invalid_token", "is unknown, used or expired")
}

/// Makes an account whose address is proven, and signs it in.
pub(super) async fn make_account(
    op: &Op,
    email: Email,
    display_name: String,
    credentials: NewCredentials,
    registration: Option<RegistrationId>,
) -> Result<SignedIn, AppError> {
    let id = UserId::from_uuid(op.new_id());
    let user = User { id, email, display_name, create_time: op.now(), update_time: op.now() };
    let actor = Actor::Bearer { user_id: Some(id) };
    let unit = op.bearer("identity.verify_email", OrganizationId::ROOT, &[], actor).await?;
    if let Some(registration) = registration
        && !unit.use_registration(registration, op.now()).await?
    {
        return Err(invalid_token());
    }
    if unit.user_by_email(user.email.canonical()).await?.is_some() {
        return Err(AppError::conflict(
            "already_registered",
            "There is an account for this address; sign in.",
        ));
    }
    let session = NewSession::draw(op, &user);
    session.record(&unit).await?;
    credentials.commit(unit, &user).await?;
    session.show(op, user)
}
