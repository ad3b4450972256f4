//! One database with so many members: filled, started, asked.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use super::fixture::{Fixture, first_answer};
use super::load::{Measured, median};
use super::operation::Operation;
use super::site::Site;
use super::{Bench, LISTED};
use crate::database::Engine;
use crate::http::Caller;
use crate::service::{Launch, Service};
use crate::smtp::Sink;

/// How often everything is measured.
const ROUNDS: usize = 3;
/// How long it may settle before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(5);
/// Up to so many members the doctor holds the filled tables against the ledger.
const EXAMINED: u32 = 1_000;

/// What was found out. Times in milliseconds, memory in MiB.
pub struct Case {
    pub engine: Engine,
    pub members: u32,
    pub rows: Vec<Row>,
    /// The bare server, in this case's minutes.
    pub hello: Measured,
    pub filled: Duration,
    /// Memory on a database that holds nothing but the administrator.
    pub idle: f64,
    /// From the execution to the first 200 of `/healthz`, and of an access check.
    pub started: [f64; 2],
    /// Memory when the first question is answered, and after all measurements.
    pub memory: [f64; 2],
}

/// One operation.
pub struct Row {
    pub operation: Operation,
    pub measured: Measured,
    /// Of its rate to that of the bare server.
    pub ratio: f64,
}

impl Case {
    pub fn row(&self, operation: Operation) -> Option<&Row> {
        self.rows.iter().find(|row| row.operation == operation)
    }

    /// Requests in a second.
    pub fn rate(&self, operation: Operation) -> Option<f64> {
        self.row(operation).map(|row| row.measured.rate)
    }

    /// Of the rate to that of the bare server.
    pub fn ratio(&self, operation: Operation) -> f64 {
        self.row(operation).map_or(f64::NAN, |row| row.ratio)
    }
}

pub async fn run(bench: &Bench, engine: Engine, members: u32) -> Result<Case> {
    let mut site = Site::make(&bench.polity, engine, &[]).await?;
    let (launch, database) = (&site.launch, &site.database);
    let service = launch.start().await?;
    sleep(SETTLE).await;
    let idle = service.memory()?;
    let mut fixture = Fixture::make(&service.origin).await?;
    service.stop().await?;

    let filled = fixture.fill(&bench.fill, launch, database, members).await?;
    eprintln!("    filled in {:.1} s", filled.as_secs_f64());
    if members <= EXAMINED {
        examine(launch).await?;
    }
    let started = starts(launch, &fixture).await?;

    let service = launch.start().await?;
    first_answers(&service, &fixture).await?;
    let loaded = service.memory()?;
    let (rows, hello) = measure(bench, &service, &fixture, &mut site.sink).await?;
    let memory = [loaded, service.memory()?];
    service.stop().await?;
    Ok(Case { engine, members, rows, hello, filled, idle, started, memory })
}

/// What was put in past the service is as true as what it writes itself.
async fn examine(launch: &Launch) -> Result<()> {
    let output = launch.command(&["doctor"]).output().await.context("cannot run polity doctor")?;
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "polity doctor is not content: {said}{wrong}");
    eprintln!("    {}", said.lines().last().unwrap_or_default());
    Ok(())
}

async fn starts(launch: &Launch, fixture: &Fixture) -> Result<[f64; 2]> {
    let (mut healthy, mut answering) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let service = launch.start().await?;
        let [first, second] = first_answers(&service, fixture).await?;
        healthy.push(first);
        answering.push(second);
        service.stop().await?;
    }
    Ok([median(healthy), median(answering)])
}

/// Milliseconds from the execution to the first 200 of `/healthz` and of an access check.
async fn first_answers(service: &Service, fixture: &Fixture) -> Result<[f64; 2]> {
    let since = |begin: Instant| begin.elapsed().as_secs_f64() * 1e3;
    Caller::nobody(&service.origin)?.get("/healthz").await?;
    let healthy = since(service.executed);
    first_answer(fixture, &service.origin).await?;
    Ok([healthy, since(service.executed)])
}

/// Each operation in turn, three times, each right after the bare server. Invitations come last: their mail
/// is still on its way while the next is measured.
async fn measure(
    bench: &Bench,
    service: &Service,
    fixture: &Fixture,
    sink: &mut Sink,
) -> Result<(Vec<Row>, Measured)> {
    let deep = fixture.deep_page(&service.origin).await?;
    let mut tries: Vec<Try> = Vec::new();
    for part in [&Operation::READING[..], &[Operation::Invite]] {
        for round in 0..ROUNDS {
            for operation in part {
                let load = operation.load(fixture, &service.origin, &deep, round);
                operation.try_once(&load, &service.origin).await?;
                let hello = bench.generator.run(&bench.hello.load).await?;
                let measured = bench.generator.run(&load).await?;
                eprintln!(
                    "    {:<26} {:>9.0}/s   hello {:>9.0}/s",
                    operation.name(),
                    measured.rate,
                    hello.rate
                );
                tries.push(Try { operation: *operation, measured, hello });
            }
        }
    }
    eprintln!("    {} mails have left meanwhile; {LISTED} members are listed", sink.discard());
    let all: Vec<&Try> = tries.iter().collect();
    let operations = Operation::READING.into_iter().chain([Operation::Invite]);
    let rows = operations.map(|operation| {
        let own: Vec<&Try> = tries.iter().filter(|tried| tried.operation == operation).collect();
        Row {
            operation,
            measured: middle(&own, |tried| tried.measured),
            ratio: median(own.iter().map(|tried| tried.measured.rate / tried.hello.rate).collect()),
        }
    });
    Ok((rows.collect(), middle(&all, |tried| tried.hello)))
}

/// A measurement with that of the bare server before it.
struct Try {
    operation: Operation,
    measured: Measured,
    hello: Measured,
}

/// The median of each figure; failures are added up.
fn middle(tries: &[&Try], which: impl Fn(&Try) -> Measured) -> Measured {
    let each =
        |figure: fn(&Measured) -> f64| median(tries.iter().map(|tried| figure(&which(tried))).collect());
    Measured {
        rate: each(|measured| measured.rate),
        p50: each(|measured| measured.p50),
        p99: each(|measured| measured.p99),
        failed: tries.iter().map(|tried| which(tried).failed).sum(),
    }
}
