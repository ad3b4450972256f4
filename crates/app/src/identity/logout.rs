//! Signing out.

use crate::access_log::SignIn;
use crate::{AppError, Caller, Kind, Op};

/// Ends the caller's session: its refresh token at once, and its access tokens as well.
#[tracing::instrument(name = "identity.logout", skip_all)]
pub async fn logout(op: &Op) -> Result<(), AppError> {
    match *op.caller() {
        Caller::Anonymous => Err(AppError::unauthenticated()),
        Caller::ApiKey { .. } => {
            Err(AppError::new(Kind::Forbidden, "person_required", "A key has no session to end."))
        }
        Caller::User { user_id, session_id } => {
            op.store().end_session(user_id, session_id, op.now()).await?;
            op.app().forget_session(session_id, op.now());
            let _ = op.request().told.signing.set((user_id, SignIn::Ended));
            Ok(())
        }
    }
}
