//! `cargo xtask`: Polity's checks, tests, tour, measurements and generated files. It stands outside the product:
//! it runs `cargo`, PostgreSQL, `npm`, `wrk` and the built `polity` as programs and depends on none of Polity's
//! crates, so that it works when they do not compile. One file a command; `docs/testing.md` tells when to use which.

mod apt;
mod bench;
mod ci;
mod config;
mod database;
mod deps;
mod generated;
mod http;
mod interrupt;
mod matrix;
mod nightly;
mod pg;
mod postgres;
mod rooms;
mod service;
mod sh;
mod smtp;
mod spec;
mod spec_lint;
mod test;
mod threats;
mod tour;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Polity's checks, tests and generated files.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// All checks, quick ones first, then all tests; the first failure ends it
    Ci,
    /// All tests, on SQLite and on a PostgreSQL that is started for them
    Test(test::Options),
    /// Ten times as many random worlds, and mutants of the module that decides
    Nightly(nightly::Options),
    /// Run a command with a PostgreSQL of its own
    Pg(pg::Options),
    /// The whole story over HTTP, on the release binary and an empty folder; every answer is judged
    Tour(tour::Options),
    /// Measure the release binary beside a bare axum server, and write docs/performance.md
    Bench(bench::Options),
    /// Write openapi/openapi.json as the binary prints it
    Spec(Generated),
    /// Lint openapi/openapi.json with Redocly and Spectral
    SpecLint,
    /// Write docs/matrix.md, the table role × action
    Matrix(Generated),
    /// Write docs/configuration.md, the configuration reference
    Config(Generated),
    /// Write docs/rooms.md and check docs/rooms.toml against the source folders
    Rooms(Generated),
    /// Check that docs/threats.md answers every row of the threat register with tests that exist
    Threats(Generated),
    /// Check the dependencies' licences, versions and sources against deny.toml
    Deps,
}

/// The option of every command that keeps a generated file.
#[derive(Args)]
struct Generated {
    /// Change nothing; fail when the committed file is not current
    #[arg(long)]
    check: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Ci => ci::run().await,
        Command::Test(options) => test::run(&options).await,
        Command::Nightly(options) => nightly::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Tour(options) => tour::run(&options).await,
        Command::Bench(options) => bench::run(&options).await,
        Command::Pg(options) => pg::run(&options).await,
        Command::Spec(Generated { check }) => spec::run(check).map(|()| ExitCode::SUCCESS),
        Command::SpecLint => spec_lint::run().map(|()| ExitCode::SUCCESS),
        Command::Matrix(Generated { check }) => matrix::run(check).map(|()| ExitCode::SUCCESS),
        Command::Config(Generated { check }) => config::run(check).map(|()| ExitCode::SUCCESS),
        Command::Rooms(Generated { check }) => rooms::run(check).map(|()| ExitCode::SUCCESS),
        Command::Threats(Generated { check }) => threats::run(check).map(|()| ExitCode::SUCCESS),
        Command::Deps => deps::run().map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
