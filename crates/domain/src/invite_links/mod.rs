//! Invite links: whoever holds one joins, so many times, until it ends. Nobody in particular is asked.

mod state;

pub use state::{InviteLink, InviteLinkState, InviteLinkUse, InviteLinkUsed, LinkRefused, NotActive};

/// The most uses that a link can be made for.
pub const MOST_USES: u32 = 10_000;
/// The most domains that a link can be bound to.
pub const MOST_DOMAINS: usize = 100;
