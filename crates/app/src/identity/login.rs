//! Signing in with a password.

use polity_domain::email::Email;
use polity_domain::users::User;
use polity_store::identity::{Account, PasswordHash};

use super::{Attempt, SignedIn, sign_in};
use crate::access_log::SignIn;
use crate::passwords::{Password, Verified};
use crate::{AppError, Kind, Op};

/// Signs in. What is wrong (the address, the password) is never told apart, not by time either.
///
/// # Errors
/// 401 `invalid_credentials`; 403 `email_verification_required` for somebody who knows the password
/// of a registration that still waits; 429.
#[tracing::instrument(name = "identity.login", skip_all)]
pub async fn login(op: &Op, email: &Email, password: &Password) -> Result<SignedIn, AppError> {
    let attempt = Attempt::begin(op, "login", Some(email.canonical())).await?;
    let Some(account) = op.store().user_by_email(email.canonical()).await? else {
        let refusal = not_an_account(op, email, password).await?;
        attempt.failed(op).await?;
        return Err(refusal);
    };
    let Account { user, password: hash } = account;
    match op.app().passwords.verify(password, hash.as_ref().map(PasswordHash::expose)).await? {
        Verified::No => {
            let _ = op.request().told.signing.set((user.id, SignIn::Failed));
            attempt.failed(op).await?;
            Err(invalid_credentials())
        }
        Verified::Yes { rehash_needed } => {
            attempt.succeeded(op).await?;
            let signed_in = sign_in(op, &user, hash.as_ref()).await?;
            if let Some(hash) = hash.filter(|_| rehash_needed) {
                rehash(op, &user, &hash, password).await?;
            }
            Ok(signed_in)
        }
    }
}

/// One hash is verified in any case: that of a waiting registration, or a dummy.
async fn not_an_account(op: &Op, email: &Email, password: &Password) -> Result<AppError, AppError> {
    let waiting = op.store().latest_registration(email.canonical(), op.now()).await?;
    let hash = waiting.map(|registration| registration.password);
    match op.app().passwords.verify(password, hash.as_ref().map(PasswordHash::expose)).await? {
        Verified::Yes { .. } => {
            let detail = "Follow the link that was mailed to you first.";
            Ok(AppError::new(Kind::Forbidden, "email_verification_required", detail))
        }
        Verified::No => Ok(invalid_credentials()),
    }
}

fn invalid_credentials() -> AppError {
    AppError::new(
        Kind::Unauthenticated,
        "invalid_credentials",
        "The e-mail address or the password is wrong.",
    )
}

/// Keeps the hash at today's cost.
async fn rehash(op: &Op, user: &User, from: &PasswordHash, password: &Password) -> Result<(), AppError> {
    let mut salt = [0; 16];
    op.app().chance.fill(&mut salt);
    let to = PasswordHash::new(op.app().passwords.hash(password, salt).await?);
    op.store().upgrade_password(user.id, from, &to, op.now()).await?;
    Ok(())
}
