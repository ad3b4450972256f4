//! `cargo xtask bench access`: what a question costs. In process beside casbin and cedar-policy, in the same worlds and
//! with the same answers; over HTTP beside a bare server; what writes cost, alone and
//! beside questions; and how soon other servers tell of a change. It writes the
//! tables of `docs/performance/access.md` and a plot beside each.

mod decisions;
mod http;
mod point;
mod replicas;
mod sheet;
mod tenants;
mod world;
mod writers;
mod writes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::sheet::Sheet;
use super::hello::Hello;
use super::load::Generator;
use super::machine::{self, Machine};
use crate::database::Engine;
use crate::{interrupt, sh};

#[derive(Args)]
pub struct Options {
    /// One part alone
    #[arg(long, value_name = "PART")]
    only: Option<Part>,

    /// People in the worlds in process, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000], value_name = "N,…")]
    sizes: Vec<u32>,

    /// How long an engine may load a world, in seconds
    #[arg(long, default_value_t = 30, value_name = "S")]
    load_seconds: u64,

    /// Members of the organization that is asked over HTTP
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    members: u32,

    /// On which databases, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres], value_name = "NAME,…")]
    engines: Vec<Engine>,

    /// A look only: small worlds, one second a measurement; the plots go to target/bench-access, and docs is left alone
    #[arg(long)]
    quick: bool,

    /// Debug builds, to see that the command works: its figures say nothing, so it takes --quick
    #[arg(long, requires = "quick")]
    pub debug: bool,
}

/// What can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    InProcess,
    Http,
    Writes,
    Replicas,
}

/// What all parts share.
struct Bench<'a> {
    options: &'a Options,
    /// Where the programs are.
    programs: PathBuf,
    /// How long each measurement takes.
    time: Duration,
}

impl Bench<'_> {
    fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// How often each measurement is made.
    fn rounds(&self) -> usize {
        if self.options.quick { 1 } else { 3 }
    }

    /// Members of the organization that is asked over HTTP.
    fn members(&self) -> u32 {
        if self.options.quick { 1_000 } else { self.options.members }
    }
}

pub async fn run(options: &Options) -> Result<ExitCode> {
    if options.debug {
        sh::build()?;
    } else {
        // In one go: built alone, each would be given other features of the dependencies.
        sh::run(&mut sh::cargo(&["build", "--release", "-p", "polity-server", "-p", "polity-bench"]))?;
    }
    let target = sh::target_folder()?;
    let programs = target.join(if options.debug { "debug" } else { "release" });
    let time = Duration::from_secs(if options.quick { 1 } else { 3 });
    let bench = Bench { options, programs, time };
    let done = interrupt::guard(measure(&bench, &target)).await?;
    Ok(if done.is_some() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

async fn measure(bench: &Bench<'_>, target: &Path) -> Result<()> {
    let looks = bench.options.quick.then(|| target.join("bench-access"));
    let wanted = |part| bench.options.only.is_none_or(|only| only == part);
    // Each part is written as soon as it is known: what took an hour is not lost when the next one fails.
    if wanted(Part::InProcess) {
        let sheet = Sheet::begin(sheet::IN_PROCESS, &[machine::when()?, machine::hardware()?]);
        decisions::measure(bench, sheet).await?.publish(looks.as_deref())?;
    }
    if wanted(Part::Http) {
        let generator = Generator::find(bench.time)?;
        let hello = Hello::start(&bench.program("bench-hello")).await?;
        let machine = Machine::look(&generator)?;
        let sheet = Sheet::begin(sheet::HTTP, &machine.lines().map(str::to_owned).collect::<Vec<_>>());
        http::measure(bench, &generator, &hello, sheet).await?.publish(looks.as_deref())?;
    }
    if wanted(Part::Writes) {
        let lines = [machine::when()?, machine::hardware()?, machine::now()?];
        writes::measure(bench, Sheet::begin(sheet::WRITES, &lines)).await?.publish(looks.as_deref())?;
    }
    if wanted(Part::Replicas) {
        let lines = [machine::when()?, machine::hardware()?, machine::now()?];
        replicas::measure(bench, Sheet::begin(sheet::REPLICAS, &lines)).await?.publish(looks.as_deref())?;
    }
    Ok(())
}
