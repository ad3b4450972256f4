//! Custom roles: rows and lists.

pub(crate) mod row;
