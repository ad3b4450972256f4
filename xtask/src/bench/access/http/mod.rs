//! Over HTTP: checks and batches of them beside a bare server, fresh ones on PostgreSQL beside a bare point read, and how
//! long a check takes while others write.

mod page;
mod what;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use self::what::What;
use super::Bench;
use super::point::Point;
use super::sheet::Sheet;
use super::tenants::{Kind, Tenants};
use super::writers::{Written, write};
use crate::bench::fixture::{Fixture, first_answer};
use crate::bench::hello::Hello;
use crate::bench::load::{Generator, Load, Measured, median};
use crate::bench::operation::Operation;
use crate::bench::report::thousands;
use crate::bench::site::Site;
use crate::database::Engine;
use crate::service::Launch;

/// Questions of a batch.
const BATCHES: [u32; 2] = [100, 1_000];
/// Connections that ask while others write.
const ASKERS: [u32; 2] = [4, 32];
/// Those who write meanwhile.
const WRITERS: usize = 16;
/// A setting that a binary may have, and how old an answer may be then, in seconds.
const STALENESS: (&str, &str) = ("POLITY_ACCESS__MAX_STALENESS_SECONDS", "5");

struct Row {
    engine: Engine,
    what: What,
    measured: Measured,
    /// Of its rate to that of the bare server.
    ratio: f64,
}

/// Checks while others write, or do not.
struct Beside {
    engine: Engine,
    connections: u32,
    measured: Measured,
    written: Option<Written>,
}

#[derive(Default)]
struct Found {
    rows: Vec<Row>,
    hello: Vec<Measured>,
    beside: Vec<Beside>,
    /// Engines whose binary knows no bound of staleness.
    unbound: bool,
}

pub async fn measure(
    bench: &Bench<'_>,
    generator: &Generator,
    hello: &Hello,
    mut sheet: Sheet,
) -> Result<Sheet> {
    let mut found = Found::default();
    for engine in &bench.options.engines {
        eprintln!("== {engine}, {} members", thousands(f64::from(bench.members())));
        let on = On { bench, generator, hello, engine: *engine };
        on.measure(&mut found).await.with_context(|| engine.to_string())?;
    }
    page::render(&mut sheet, bench, &found);
    Ok(sheet)
}

/// What is needed to measure on one engine.
struct On<'a> {
    bench: &'a Bench<'a>,
    generator: &'a Generator,
    hello: &'a Hello,
    engine: Engine,
}

impl On<'_> {
    async fn measure(&self, found: &mut Found) -> Result<()> {
        let (tenants, people) = if self.bench.options.quick { (3, 8) } else { (7, 32) };
        let mut site = Site::make(&self.bench.program("polity"), self.engine, &Tenants::settings()).await?;
        let service = site.launch.start().await?;
        let mut fixture = Fixture::make(&service.origin).await?;
        // Some of the writes are in the tree that is asked about.
        let asked = [fixture.tenant.clone()];
        let there = Tenants::make(&service.origin, &mut site.sink, &asked, tenants, people).await?;
        let there = Arc::new(there);
        service.stop().await?;
        fixture
            .fill(&self.bench.program("bench-fill"), &site.launch, &site.database, self.bench.members())
            .await?;
        site.database.settle()?;

        let service = site.launch.start().await?;
        let revision = first_answer(&fixture, &service.origin).await?;
        let mut whats = vec![What::Check, What::Token, What::Full, What::MinimizeLatency];
        whats.extend(BATCHES.map(What::Batch));
        for what in whats {
            let load = what.load(&fixture, &service.origin, &revision)?;
            found.rows.push(self.row(what, &load, &mut found.hello).await?);
        }
        if let Some((_, postgres)) = site.database.settings() {
            let point = Point::new(self.bench, &postgres, &fixture.tenant);
            let served = point.serve().await?;
            found.rows.push(self.row(What::PointServed, &served.load, &mut found.hello).await?);
            let measured = point.read().await?;
            tell(What::PointRead, measured.rate, f64::NAN);
            let row = Row { engine: self.engine, what: What::PointRead, measured, ratio: f64::NAN };
            found.rows.push(row);
        }
        self.beside_writers(&mut site, &service.origin, &fixture, &there, &mut found.beside).await?;
        service.stop().await?;

        if knows(&site.launch, STALENESS.0).await? {
            site.launch.settings.push((STALENESS.0, STALENESS.1.to_owned()));
            let service = site.launch.start().await?;
            first_answer(&fixture, &service.origin).await?;
            let load = What::WithinBound.load(&fixture, &service.origin, &revision)?;
            found.rows.push(self.row(What::WithinBound, &load, &mut found.hello).await?);
            service.stop().await?;
        } else {
            found.unbound = true;
        }
        Ok(())
    }

    /// Some rounds of it, each right after the bare server.
    async fn row(&self, what: What, load: &Load, hellos: &mut Vec<Measured>) -> Result<Row> {
        let (mut tries, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..self.bench.rounds() {
            let hello = self.generator.run(&self.hello.load).await?;
            let measured = self.generator.run(load).await?;
            ensure!(
                measured.failed == 0,
                "{} of the answers to {} are failures",
                measured.failed,
                what.name()
            );
            ratios.push(measured.rate / hello.rate);
            tries.push(measured);
            hellos.push(hello);
        }
        let (measured, ratio) = (middle(&tries), median(ratios));
        tell(what, measured.rate, ratio);
        Ok(Row { engine: self.engine, what, measured, ratio })
    }

    /// The same check alone and while others invite, accept and create.
    async fn beside_writers(
        &self,
        site: &mut Site,
        origin: &str,
        fixture: &Fixture,
        there: &Arc<Tenants>,
        found: &mut Vec<Beside>,
    ) -> Result<()> {
        let load = Operation::Check.load(fixture, origin, "", 0);
        let waiting = if self.bench.options.quick { 64 } else { 2_048 };
        for connections in ASKERS {
            let engine = self.engine;
            let measured = self.generator.run_on(connections, &load).await?;
            found.push(Beside { engine, connections, measured, written: None });
            there.invite(origin, &mut site.sink, there.count(), waiting).await?;
            let source = there.source(Kind::Mixed, there.count());
            let mixed = write(origin, WRITERS, self.bench.time, &source);
            let (measured, written) = tokio::try_join!(self.generator.run_on(connections, &load), mixed)?;
            ensure!(measured.failed == 0, "{} checks failed while others wrote", measured.failed);
            eprintln!(
                "    {connections} connections while {WRITERS} write {:.0}/s: p99 {:.2} ms",
                written.rate, measured.p99
            );
            found.push(Beside { engine, connections, measured, written: Some(written) });
        }
        Ok(())
    }
}

fn tell(what: What, rate: f64, ratio: f64) {
    eprintln!("    {:<44} {rate:>9.0}/s  × hello {ratio:.2}", what.name());
}

/// Whether the binary has a setting: its own reference says so.
async fn knows(launch: &Launch, setting: &str) -> Result<bool> {
    let output =
        launch.command(&["config-reference"]).output().await.context("cannot run polity config-reference")?;
    ensure!(output.status.success(), "polity config-reference failed ({})", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).contains(setting))
}

/// The median of each figure.
fn middle(tries: &[Measured]) -> Measured {
    let each = |figure: fn(&Measured) -> f64| median(tries.iter().map(figure).collect());
    Measured { rate: each(|one| one.rate), p50: each(|one| one.p50), p99: each(|one| one.p99), failed: 0 }
}
