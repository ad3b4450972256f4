//! The store's tests, on SQLite and PostgreSQL.

#[cfg(test)]
mod engines;
#[cfg(test)]
mod identity;
