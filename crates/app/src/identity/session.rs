//! Sessions: an access token for minutes, a refresh token for once.

use polity_domain::ids::{RefreshTokenId, SessionId};
use polity_domain::secret_format::{Revealed, SecretBytes, Token, TokenKind};
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_store::Writer;
use polity_store::identity::{PasswordHash, RefreshToken, Session};

use crate::access_log::SignIn;
use crate::{AppError, Op};

/// What somebody gets who has signed in.
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// In which session.
    pub session_id: SessionId,
    /// The access token (RFC 9068), for `Authorization: Bearer`.
    pub access_token: String,
    /// How long it is good for, in seconds.
    pub expires_in: i64,
    /// Good for once, to get the next pair.
    pub refresh_token: Revealed,
    /// When the session ends if it is not used.
    pub idle_expire_time: Time,
    /// When it ends in any case.
    pub absolute_expire_time: Time,
}

/// A session that is about to begin.
pub(crate) struct NewSession {
    session: Session,
    token: RefreshToken,
    revealed: Revealed,
}

impl NewSession {
    /// Draws a session for somebody who has just proven who they are.
    pub fn draw(op: &Op, user: &User) -> Self {
        let now = op.now();
        let absolute_expire_time = now.plus_seconds(op.settings().session_absolute_seconds);
        let idle_expire_time = now.plus_seconds(op.settings().session_idle_seconds).min(absolute_expire_time);
        let (token, revealed) = draw_refresh_token(op);
        let session = Session {
            id: SessionId::from_uuid(op.new_id()),
            user_id: user.id,
            create_time: now,
            last_used_time: now,
            end_time: None,
            idle_expire_time,
            absolute_expire_time,
            ip_address: op.request().ip_address.map(|address| address.to_string()),
            user_agent: op.request().user_agent.as_deref().map(str::to_owned),
        };
        Self { session, token, revealed }
    }

    /// Begins it in the unit that makes the account: there is the one if and only if there is the other.
    pub async fn record(&self, unit: &Writer) -> Result<(), AppError> {
        Ok(unit.put_session(&self.session, self.token).await?)
    }

    /// What the person gets. Nothing in it can fail for the database any more.
    pub fn show(self, op: &Op, user: User) -> Result<SignedIn, AppError> {
        let Session { id, idle_expire_time, absolute_expire_time, .. } = self.session;
        let _ = op.request().told.signing.set((user.id, SignIn::Begun));
        signed_in(op, user, id, self.revealed, idle_expire_time, absolute_expire_time)
    }
}

/// Begins a session for somebody who has just proven who they are.
///
/// `password` is the hash that was verified: a session is not made if it was changed meanwhile.
pub(crate) async fn sign_in(
    op: &Op,
    user: &User,
    password: Option<&PasswordHash>,
) -> Result<SignedIn, AppError> {
    let new = NewSession::draw(op, user);
    if !op.store().create_session(&new.session, new.token, password).await? {
        return Err(AppError::unauthenticated());
    }
    new.show(op, user.clone())
}

/// A new refresh token: what is stored of it, and what is shown once.
pub(super) fn draw_refresh_token(op: &Op) -> (RefreshToken, Revealed) {
    let mut secret = [0; 32];
    op.app().chance.fill(&mut secret);
    let id = RefreshTokenId::from_uuid(op.new_id());
    let token = Token { kind: TokenKind::RefreshToken, id: id.uuid(), secret: SecretBytes::new(secret) };
    let hash = op.app().secrets.hash_secret(TokenKind::RefreshToken, id.uuid(), &token.secret);
    (RefreshToken { id, hash }, token.format())
}

pub(super) fn signed_in(
    op: &Op,
    user: User,
    session_id: SessionId,
    refresh_token: Revealed,
    idle_expire_time: Time,
    absolute_expire_time: Time,
) -> Result<SignedIn, AppError> {
    let access_token = op.app().tokens.issue(user.id, session_id, op.now(), op.new_id())?;
    let expires_in = op.settings().access_token_ttl_seconds;
    Ok(SignedIn {
        user,
        session_id,
        access_token,
        expires_in,
        refresh_token,
        idle_expire_time,
        absolute_expire_time,
    })
}
