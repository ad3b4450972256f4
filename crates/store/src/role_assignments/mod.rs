//! Role assignments: rows and lists.

pub(crate) mod row;
