//! Polity's memory: tables on SQLite and PostgreSQL, the unit of work, and the ledger.
//!
//! Repositories exist only on a [`Reader`] or a [`Writer`], each of which holds a permit; they are
//! born scoped to its organization. Facts that change no right (sessions, counters, the outbox's
//! progress) have an opening of their own, [`facts`].

mod convert;
mod engine;
mod error;
mod heads;
mod history;
mod listing;
mod memory;
mod moment;
mod news;
mod saved;
mod standbys;
mod timeline;
mod unit;

pub mod access;
pub mod access_log;
pub mod api_keys;
pub mod audit;
pub mod consumption;
pub mod customizations;
pub mod facts;
pub mod groups;
pub mod identity;
pub mod invitations;
pub mod invite_links;
pub mod ledger;
pub mod limits;
pub mod members;
pub mod membership_requests;
pub mod organizations;
pub mod outbox;
pub mod permissions;
pub mod policies;
pub mod preferences;
pub mod resources;
pub mod role_assignments;
pub mod roles;
pub mod service_accounts;
pub mod settings;
mod store;
pub mod support_access_grants;
pub mod tags;
mod trees;
pub mod workspaces;

pub use engine::{Location, Options};
pub use error::StoreError;
pub use listing::{Cursor, Page, PageRequest};
pub use moment::Moment;
pub use news::Following;
pub use saved::{SavedTrees, Saving};
pub use standbys::ReadingFromStandbys;
pub use store::Store;
pub use unit::{Chance, Context, Idempotency, Locked, Reader, Recorded, Revision, Seen, Writer};
