//! The unit of work. A [`Reader`] reads by a read permit; a [`Writer`] changes by a write permit,
//! holds the lock of its trees, and ends with an event.

mod apply;
mod effect;
mod group;
mod outcome;
mod reader;
mod rows;
mod transaction;
mod work;
mod writer;

pub(crate) use group::{Group, Place};
pub use outcome::Seen;
pub use reader::Reader;
pub(crate) use rows::chunks;
pub use transaction::Transaction;
pub use writer::{Chance, Context, Idempotency, Locked, Recorded, Revision, Writer};
pub(crate) use writer::{actor_columns, record_id};
