//! The API, over HTTP, on both engines.
#![cfg(test)]

mod api_keys;
mod audit;
mod invitations;
mod mail;
mod organizations;
