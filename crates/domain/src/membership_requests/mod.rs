//! Membership requests: somebody asks to be taken in; each one ends once.

mod state;

pub use state::{MembershipRequest, MembershipRequestState, NotWaiting, RequestEnded};
