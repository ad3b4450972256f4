//! `cargo xtask bench`: what the release binary answers in a second, beside a bare axum server measured in the
//! same minute by the same load generator, on SQLite and on a PostgreSQL of its own. It writes the tables of
//! `docs/performance.md`; `bench lists` and `bench access` are further ones. No test: the machine decides the figures, the ratios say something.

mod access;
mod case;
mod chart;
mod fixture;
mod goals;
mod hello;
mod lists;
mod load;
mod machine;
mod operation;
mod report;
mod site;

use std::env;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use self::case::Case;
use self::hello::Hello;
use self::load::Generator;
use self::machine::Machine;
use self::report::Marks;
use crate::database::Engine;
use crate::{interrupt, sh};

/// Members of the organization whose lists are measured.
const LISTED: u32 = 10_000;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[command(subcommand)]
    part: Option<Part>,

    /// How many members, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000, 1_000_000], value_name = "N,…")]
    sizes: Vec<u32>,

    /// On which databases, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres], value_name = "NAME,…")]
    engines: Vec<Engine>,

    /// A look only: 1000 members, 2 seconds a measurement, and docs/performance.md is left alone
    #[arg(long)]
    quick: bool,
}

#[derive(Subcommand)]
enum Part {
    /// Pages of every list with many rows beside the same with few
    Lists(lists::Options),
    /// What a question costs beside casbin, cedar and bare servers, and what writes cost
    Access(access::Options),
}

impl Options {
    /// Whether debug builds were asked for.
    fn debug(&self) -> bool {
        matches!(&self.part, Some(Part::Access(options)) if options.debug)
    }
}

/// What all cases share.
pub struct Bench {
    polity: PathBuf,
    fill: PathBuf,
    generator: Generator,
    hello: Hello,
}

pub async fn run(options: &Options) -> Result<ExitCode> {
    // Those who write are this process: without optimization it would be measured, and not what it writes to.
    if cfg!(debug_assertions) && !options.debug() {
        let mut optimized = sh::cargo(&["run", "--quiet", "--release", "--package", "xtask", "--"]);
        return Err(optimized.args(env::args_os().skip(1)).exec()).context("cargo run --release");
    }
    match &options.part {
        Some(Part::Lists(options)) => return lists::run(options).await,
        Some(Part::Access(options)) => return access::run(options).await,
        None => {}
    }
    let generator = Generator::find(Duration::from_secs(if options.quick { 2 } else { 3 }))?;
    // In one go: built alone, each would be given other features of the dependencies.
    sh::run(&mut sh::cargo(&["build", "--release", "-p", "polity-server", "-p", "polity-bench"]))?;
    let done = interrupt::guard(measure(options, generator)).await?;
    Ok(if done.is_some() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

async fn measure(options: &Options, generator: Generator) -> Result<()> {
    let folder = sh::target_folder()?.join("release");
    let machine = Machine::look(&generator)?;
    let hello = Hello::start(&folder.join("bench-hello")).await?;
    let bench = Bench { polity: folder.join("polity"), fill: folder.join("bench-fill"), generator, hello };
    let sizes = if options.quick { &[1_000][..] } else { &options.sizes };
    let mut cases: Vec<Case> = Vec::new();
    for members in sizes {
        for engine in &options.engines {
            eprintln!("== {engine}, {} members", report::thousands(f64::from(*members)));
            let case = case::run(&bench, *engine, *members).await;
            cases.push(case.with_context(|| format!("{engine} with {members} members"))?);
            // After each case: what took an hour is not lost when the next one fails.
            if !options.quick {
                report::write(Marks::BENCH, &report::render(&machine, &cases))?;
            }
        }
    }
    println!("{}", report::render(&machine, &cases));
    Ok(())
}
