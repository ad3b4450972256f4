//! The API, over HTTP, on both engines.
#![cfg(test)]

mod access;
mod access_log;
mod api_keys;
mod audit;
mod authorization;
mod cases;
mod consumption;
mod conventions;
mod customizations;
mod foreign_ids;
mod groups;
mod identity;
mod inputs;
mod invitations;
mod ledger_rules;
mod limits;
mod mail;
mod members;
mod organizations;
mod parity;
mod permissions;
mod preferences;
mod races;
mod rights;
mod role_assignments;
mod roles;
mod service_accounts;
mod settings;
mod source_000;
mod source_001;
mod source_002;
mod source_004;
mod statements;
mod tags;
mod workspaces;
