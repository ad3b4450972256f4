//! Roles: built in, custom and inherited; who makes and changes them.

mod ending;
mod making;
mod seeing;
