//! API keys: making, changing, ending and verifying them.

mod authenticate;
mod rates;
mod uses;

pub(crate) use authenticate::authenticate;
pub use rates::Rates;
pub use uses::Uses;
