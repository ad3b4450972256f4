//! The `polity` binary.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use polity_server::cli::{Cli, Command};
use polity_server::config::{self, Config};
use polity_server::healthcheck::healthcheck;
use polity_server::logging;

fn main() -> ExitCode {
    let (options, command) = Cli::parse().into_parts();
    if matches!(command, Command::ConfigReference) {
        return end(io::stdout().write_all(config::reference().as_bytes()).map_err(Into::into));
    }
    match Config::load(&options.into_sources()) {
        Ok(config) => end(run(&config, &command)),
        Err(invalid) => {
            complain(&invalid);
            ExitCode::from(2)
        }
    }
}

fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    if matches!(command, Command::Healthcheck) {
        return Ok(healthcheck(config.http.listen)?);
    }
    logging::init(&config.log).map_err(|error| anyhow::anyhow!(error))?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    anyhow::bail!("not wired yet")
}

fn end(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Without a place to complain there is nobody to tell.
fn complain(what: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{what}");
}
