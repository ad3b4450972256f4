//! How the invited person names an invitation: by its mailed token, or by its id when signed in with
//! the proven address that was invited.

use polity_domain::ids::InvitationId;
use polity_domain::invitations::Invitation;
use polity_domain::secret_format::{Token, TokenKind};

use crate::{AppError, Op};

/// How the invited person names an invitation.
pub enum Handle {
    /// By the token of the mail: it proves the address.
    Token(Token),
    /// By its id: only for the signed-in owner of the address.
    Id(InvitationId),
}

impl Handle {
    /// Reads a mailed token; a malformed one never reaches the database.
    pub fn token(text: &str) -> Result<Self, AppError> {
        let token = Token::parse(text).ok().filter(|token| token.kind == TokenKind::Invitation);
        token.map(Self::Token).ok_or_else(AppError::not_found)
    }

    /// The invitation that is named, if the token is its current one. That the caller owns the
    /// address is for the use case to check when it was named by id.
    pub(super) async fn find(&self, op: &Op) -> Result<Invitation, AppError> {
        let id = match self {
            Self::Token(token) => InvitationId::from_uuid(token.id),
            Self::Id(id) => *id,
        };
        let invitation = op.store().invitation_by_id(id).await?.ok_or_else(AppError::not_found)?;
        if let Self::Token(token) = self
            && !Self::fits(op, token, &invitation)
        {
            return Err(AppError::not_found());
        }
        Ok(invitation)
    }

    /// The invitation that is named, if it can still be answered.
    pub(crate) async fn find_open(&self, op: &Op) -> Result<Invitation, AppError> {
        let invitation = self.find(op).await?;
        invitation.answerable(op.now())?;
        let snapshot = op.snapshot(invitation.organization_id).await?.ok_or_else(AppError::not_found)?;
        // A stopped organization takes nobody in.
        if snapshot.stopped(invitation.organization_id).is_some() {
            return Err(AppError::not_found());
        }
        // Nor does a workspace that is deleted.
        let workspace = invitation.workspace_id;
        if workspace.is_some_and(|id| !snapshot.has_workspace(invitation.organization_id, id)) {
            return Err(AppError::not_found());
        }
        Ok(invitation)
    }

    fn fits(op: &Op, token: &Token, invitation: &Invitation) -> bool {
        let id = invitation.id.uuid();
        op.app().secrets.one_time_secret(TokenKind::Invitation, id, invitation.generation) == token.secret
    }

    /// Whether the token still names this invitation: it may have been sent again meanwhile.
    pub(super) fn still_names(&self, op: &Op, invitation: &Invitation) -> Result<(), AppError> {
        match self {
            Self::Token(token) if !Self::fits(op, token, invitation) => Err(AppError::not_found()),
            _ => Ok(()),
        }
    }

    /// Whether the holder has proven the address by it.
    pub(super) const fn proves_address(&self) -> bool {
        matches!(self, Self::Token(_))
    }
}
