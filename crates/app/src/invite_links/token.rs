//! The secret of a link. It is derived, as those of mailed links are: nothing of it is stored, and it is shown
//! to its maker once.

use polity_domain::ids::InviteLinkId;
use polity_domain::invite_links::InviteLink;
use polity_domain::secret_format::{Token, TokenKind};

use crate::identity::Attempt;
use crate::{AppError, Op};

/// A link has one secret for all its life: another one is another link.
const GENERATION: u32 = 1;

/// What opens a link.
pub(super) fn token(op: &Op, id: InviteLinkId) -> Token {
    let (kind, id) = (TokenKind::InviteLink, id.uuid());
    Token { kind, id, secret: op.app().secrets.one_time_secret(kind, id, GENERATION) }
}

/// The link that a token opens, whatever its state. A token that was made up never reaches the table, and
/// counts for where it came from.
///
/// # Errors
/// 404 for a token that opens nothing; 429 after too many of them.
pub(super) async fn find(op: &Op, text: &str) -> Result<InviteLink, AppError> {
    let attempt = Attempt::begin(op, "invite link", None).await?;
    let presented = Token::parse(text).ok().filter(|token| token.kind == TokenKind::InviteLink);
    let presented = presented.ok_or_else(AppError::not_found)?;
    let id = InviteLinkId::from_uuid(presented.id);
    if token(op, id).secret != presented.secret {
        attempt.failed(op).await?;
        return Err(AppError::not_found());
    }
    op.store().invite_link_by_id(id).await?.ok_or_else(AppError::not_found)
}
