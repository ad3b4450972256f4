//! The unit of work. A [`Reader`] reads by a read permit; a [`Writer`] changes by a write permit,
//! holds the lock of its trees, and ends with an event.

mod apply;
mod effect;
mod group;
mod outcome;
mod reader;
mod rows;
mod work;
mod writer;

pub(crate) use group::{Group, Place};
pub use outcome::Seen;
pub use reader::Reader;
pub use writer::{Chance, Context, Idempotency, Locked, Recorded, Revision, Writer};
pub(crate) use writer::{Transaction, actor_columns, record_id};
