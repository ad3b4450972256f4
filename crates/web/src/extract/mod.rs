//! What a handler takes from a request, read strictly: what is not in the contract is refused, and
//! the refusal says where.

mod body;
mod fault;
mod json;
mod media_type;
mod params;
mod patch;
mod path;
mod pointer;
pub(crate) mod query;
mod text;

pub use body::Body;
pub(crate) use body::{too_large, whole};
pub use json::{MAX_DEPTH, parse};
pub use params::Params;
pub use patch::Maybe;
pub use path::At;
