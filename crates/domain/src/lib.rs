//! Polity's rules, pure: no I/O, no async, no clock, no randomness. Time and ids are handed in.
//!
//! Each room is a module: what an organization tree is ([`organizations`]), who holds which role
//! ([`members`], [`roles`]), what a role allows ([`permissions`], [`access`]), how an invitation
//! lives and ends ([`invitations`]), who else comes in and how ([`invite_links`], [`membership_requests`]), what an organization is divided into ([`workspaces`]), what of an application stands below what ([`resources`]), what it forbids
//! whatever roles allow ([`policies`]), and how each change becomes an event that folds back into
//! state ([`ledger`]).
#![forbid(unsafe_code)]

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod consumption;
pub mod customizations;
pub mod email;
pub mod groups;
pub mod ids;
pub mod invitations;
pub mod invite_links;
pub mod ledger;
pub mod limits;
pub mod listing;
pub mod logo;
pub mod members;
pub mod membership_requests;
pub mod organizations;
pub mod permissions;
pub mod policies;
pub mod preferences;
pub mod resources;
pub mod roles;
pub mod secret_format;
pub mod service_accounts;
pub mod settings;
pub mod support_access_grants;
pub mod tags;
pub mod text;
pub mod time;
pub mod users;
pub mod workspaces;
