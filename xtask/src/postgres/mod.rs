//! A PostgreSQL of one's own: a cluster in a temporary folder, on loopback and a free port, for as long as
//! the value lives. It goes with it however the run ends.

mod account;
mod cluster;
mod tools;

pub use cluster::{Cluster, Durability};
pub use tools::Tools;
