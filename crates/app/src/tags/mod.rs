//! Tags: an organization's own words, and what they are put on. A tag gives nobody a right.

mod attach;
mod create;
mod delete;
mod detach;
mod fields;
mod get;
mod list;
mod resources;
mod update;

pub use attach::attach;
pub use create::create;
pub use delete::delete;
pub use detach::detach;
pub use fields::{NewTag, TagUpdate};
pub use get::get;
pub use list::list;
pub use resources::resources;
pub use update::update;

use polity_domain::tags::{Tag, Tagged};
use polity_domain::time::Time;

/// A tag with the revision of its last change.
pub type TagView = (Tag, i64);

/// What a tag is on, and since when.
pub type TaggedView = (Tagged, Time);
