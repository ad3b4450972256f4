//! `cargo xtask pg -- CMD…`: a command with a PostgreSQL of its own, gone when it ends.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use tokio::process::Command;

use crate::interrupt::{Group, Interrupts};
use crate::postgres::{Cluster, Durability, Tools};

#[derive(Args)]
pub struct Options {
    /// Leave fsync on, as in production: slower, for measurements
    #[arg(long)]
    durable: bool,

    /// The command, after `--`; it finds the server in POLITY_TEST_POSTGRES and in libpq's PGHOST, PGPORT, …
    #[arg(last = true, required = true, num_args = 1..)]
    command: Vec<String>,
}

/// Runs the command in the folder one stands in, and answers with its exit code.
pub async fn run(options: &Options) -> Result<ExitCode> {
    let [program, arguments @ ..] = options.command.as_slice() else {
        return Err(anyhow!("no command is given"));
    };
    let mut interrupts = Interrupts::listen()?;
    let durability = if options.durable { Durability::On } else { Durability::Off };
    let cluster = Cluster::start(Tools::find_or_install().map_err(anyhow::Error::msg)?, durability)?;
    eprintln!("{}", cluster.describe());

    let mut command = Command::new(program);
    command.args(arguments).env("POLITY_TEST_POSTGRES", cluster.url()).envs(cluster.libpq());
    let mut child = command.spawn().with_context(|| format!("cannot run {program}"))?;
    let status = interrupts.wait(&mut child, Group::Shared).await?;
    Ok(status.map_or(ExitCode::from(130), crate::test::exit_code))
}
