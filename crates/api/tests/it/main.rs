//! The API, over HTTP, on both engines.

mod invitations;
