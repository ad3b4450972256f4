//! Offers of ownership: two-sided, so that nobody becomes an owner without wanting it, and the
//! organization has an owner at every moment.

mod accept;
mod cancel;
mod create;
mod decline;
mod get;
mod list;
mod open;

pub use accept::accept;
pub use cancel::cancel;
pub use create::create;
pub use decline::decline;
pub use get::get;
pub use list::list;
pub(super) use open::pending_of;
