//! The store's tests, on SQLite and PostgreSQL.

#[cfg(test)]
mod access_log;
#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod consumption;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod members;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod news;
#[cfg(test)]
mod role_assignments;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod trees;
#[cfg(test)]
mod units;
#[cfg(test)]
mod workspaces;
#[cfg(test)]
mod world;
