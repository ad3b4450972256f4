//! Users: persons who can sign in. Their accounts are their own, beyond any organization.

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::UserId;
use crate::time::Time;

/// A person's account. It exists from the moment its e-mail address was proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The proven address to sign in with.
    pub email: Email,
    /// What others call them.
    pub display_name: String,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}
