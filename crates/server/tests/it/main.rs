//! The real binary as an operator meets it: its files, its refusals, its end, and what is left after a
//! crash, on both engines.
#![cfg(test)]

mod bootstrap;
mod busy;
mod crash;
mod deciding;
mod doctor;
mod durability;
mod files;
mod instance;
mod outage;
mod proxies;
mod replicas;
mod saved_trees;
mod schema;
mod secrets;
mod server;
mod shutdown;
mod start;
