//! Accounts, passwords, registrations, sessions and signing keys.

pub(crate) mod rows;
