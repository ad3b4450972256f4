//! What the `polity` binary is made of: its command line, its configuration, its logs, and the
//! commands.

pub mod cli;
pub mod commands;
pub mod config;
pub mod files;
pub mod healthcheck;
pub mod http;
pub mod logging;
pub mod wire;
