//! What the `polity` binary is made of: its command line, its configuration, its logs.

pub mod cli;
pub mod config;
pub mod healthcheck;
pub mod logging;
