//! How many of its things an organization may have.

mod get;
mod room;
mod update;
mod view;

pub use get::get;
pub(crate) use room::{Room, room};
pub use update::update;
pub use view::{LimitView, LimitsView};
