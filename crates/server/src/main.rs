//! The `polity` binary.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use polity_server::cli::{Admin, Cli, Command};
use polity_server::commands;
use polity_server::config::{self, Config};
use polity_server::healthcheck::healthcheck;
use polity_server::logging;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    match command {
        Command::Healthcheck => return Ok(healthcheck(config.http.listen)?),
        Command::Openapi => return commands::openapi(),
        _ => {}
    }
    logging::init(&config.log).map_err(|error| anyhow::anyhow!(error))?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => commands::serve(config).await,
            Command::Migrate => commands::migrate(config).await,
            Command::Doctor(wanted) => commands::doctor(config, wanted).await,
            Command::Admin { command: Admin::Create(wanted) } => commands::create_admin(config, wanted).await,
            Command::Openapi | Command::ConfigReference | Command::Healthcheck => Ok(()),
        }
    })
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
