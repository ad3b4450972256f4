//! Sessions' and accounts' JSON.

use polity_app::identity::SignedIn;
use polity_domain::users::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, user_name};

/// Tokens of a session that has just begun or was refreshed.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    /// For `Authorization: Bearer` (a JWT, RFC 9068)
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…")]
    access_token: String,
    /// Always `Bearer`
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long the access token is good for, in seconds
    #[schema(example = 300)]
    expires_in: i64,
    /// Good for once: `POST /api/v1/auth/refresh` gives the next pair
    #[schema(example = "pol_rt_…")]
    refresh_token: String,
    /// The session
    session: SessionInfo,
    /// Who is signed in
    user: UserBody,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionInfo {
    /// The id
    #[schema(example = "sess_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// When it ends if it is not used
    idle_expire_time: Timestamp,
    /// When it ends in any case
    expire_time: Timestamp,
}

/// A person's account.
#[derive(Serialize, ToSchema)]
pub struct UserBody {
    /// The resource name
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    name: String,
    /// The id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// The proven address to sign in with
    #[schema(example = "ada@example.com")]
    email: String,
    /// Whether the address is proven; an account exists only with a proven one
    email_verified: bool,
    /// What others call them
    #[schema(example = "Ada Lovelace")]
    display_name: String,
    /// When it was made
    create_time: Timestamp,
    /// When it was last changed
    update_time: Timestamp,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            name: user_name(user.id),
            id: user.id.to_string(),
            email: user.email.to_string(),
            email_verified: true,
            display_name: user.display_name,
            create_time: user.create_time.into(),
            update_time: user.update_time.into(),
        }
    }
}

impl From<SignedIn> for SessionBody {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            access_token: signed_in.access_token,
            token_type: "Bearer",
            expires_in: signed_in.expires_in,
            refresh_token: signed_in.refresh_token.expose().to_owned(),
            session: SessionInfo {
                id: signed_in.session_id.to_string(),
                idle_expire_time: signed_in.idle_expire_time.into(),
                expire_time: signed_in.absolute_expire_time.into(),
            },
            user: signed_in.user.into(),
        }
    }
}
