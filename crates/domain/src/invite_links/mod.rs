//! Invite links: whoever holds one joins, so many times, until it ends. Nobody in particular is asked.

mod state;

pub use state::{InviteLink, InviteLinkState, InviteLinkUse, InviteLinkUsed, LinkRefused, NotActive};
