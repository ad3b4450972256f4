//! API keys: rows and lists.

pub(crate) mod row;
