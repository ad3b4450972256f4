//! Membership requests: somebody asks to be taken in; each one ends once.

mod state;

pub use state::{MembershipRequest, MembershipRequestState, NotWaiting, RequestEnded};

/// The most characters of what somebody says when they ask.
pub const MOST_MESSAGE_CHARS: usize = 500;
