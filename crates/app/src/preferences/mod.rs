//! An organization's preferences.

mod get;
mod update;

pub use get::get;
pub(crate) use get::locale_in;
pub(crate) use update::check;
pub use update::update;
