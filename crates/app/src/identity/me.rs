//! The caller's own account.

use polity_domain::users::User;

use crate::{AppError, Caller, Kind, Op};

/// The signed-in person's account. Machine credentials have none.
#[tracing::instrument(name = "identity.me", skip_all)]
pub async fn me(op: &Op) -> Result<User, AppError> {
    match *op.caller() {
        Caller::Anonymous => Err(AppError::unauthenticated()),
        Caller::ApiKey { .. } => {
            Err(AppError::new(Kind::Forbidden, "person_required", "A key is not a person."))
        }
        Caller::User { user_id, .. } => {
            let found = op.store().user(user_id).await?.ok_or_else(AppError::unauthenticated)?;
            Ok(found.0)
        }
    }
}
