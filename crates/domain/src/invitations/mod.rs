//! Invitations: an e-mail address is asked to join with certain roles; each one ends once.

mod state;

pub use state::{Ended, Invitation, InvitationState, NotPending, Redirect, Refused};
