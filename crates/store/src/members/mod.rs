//! Members and offers of ownership: rows and lists.

pub(crate) mod row;
pub(crate) mod transfer_row;
