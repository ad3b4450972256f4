//! An organization's preferences.

mod get;
mod update;

pub use get::get;
pub use update::update;
