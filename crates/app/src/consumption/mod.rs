//! Consumption: what organizations use, by day and month, and what applications count on meters of their own.

mod list;
mod meter;
mod record;
mod write;

pub use list::{UsageView, list};
pub use meter::Meter;
pub use polity_store::consumption::{Asked, Usage};
pub use record::{NewUsage, Recorded, record};
pub use write::{flush, measure};
