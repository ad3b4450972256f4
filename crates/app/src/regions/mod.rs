//! Regions (source document 000): an organization is provisioned in one, and that one answers for it.

mod list;

pub use list::{Region, list};
