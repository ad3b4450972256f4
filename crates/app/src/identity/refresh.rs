//! The next pair of tokens of a session.

use polity_domain::ids::RefreshTokenId;
use polity_domain::secret_format::{Token, TokenKind};
use polity_store::identity::{Refresh, RefreshOutcome, RefreshToken};

use super::SignedIn;
use super::session::{draw_refresh_token, signed_in};
use crate::{AppError, Op};

/// Gives the next pair of tokens for a refresh token, which is used up by it. One that was used
/// before was copied: the whole session ends (RFC 9700, section 4.14.2).
#[tracing::instrument(name = "identity.refresh", skip_all)]
pub async fn refresh(op: &Op, token: &str) -> Result<SignedIn, AppError> {
    let token = Token::parse(token).ok().filter(|token| token.kind == TokenKind::RefreshToken);
    let token = token.ok_or_else(AppError::unauthenticated)?;
    let id = RefreshTokenId::from_uuid(token.id);
    let hash = op.app().secrets.hash_secret(TokenKind::RefreshToken, token.id, &token.secret);
    let (next, revealed) = draw_refresh_token(op);
    let idle_seconds = op.settings().session_idle_seconds;
    let refresh = Refresh { presented: RefreshToken { id, hash }, next, idle_seconds };
    match op.store().refresh(&refresh, op.now()).await? {
        RefreshOutcome::Rotated { session, user } => {
            signed_in(op, user, session.id, revealed, session.idle_expire_time, session.absolute_expire_time)
        }
        RefreshOutcome::Reused { session, .. } => {
            op.app().forget_session(session.id, op.now());
            tracing::warn!(target: "polity::security", session = %session.id, "a used refresh token came back: its session was ended");
            Err(AppError::unauthenticated())
        }
        RefreshOutcome::Unknown | RefreshOutcome::Expired => Err(AppError::unauthenticated()),
    }
}
