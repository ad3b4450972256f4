//! An organization's settings, and what it inherits of them.

mod effective;
mod get;
mod policy;
mod update;

pub use effective::{EffectiveSetting, effective};
pub use get::get;
pub(crate) use policy::{against_settings, policy, policy_in, refused_by_settings};
pub use update::{SettingsUpdate, update};
pub(crate) use update::{place, read};
