//! The commands of the binary.

mod admin;
mod doctor;
mod migrate;
mod openapi;
mod serve;

pub use admin::create_admin;
pub use doctor::doctor;
pub use migrate::migrate;
pub use openapi::openapi;
pub use serve::serve;
