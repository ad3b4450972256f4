//! What writes cost: by one client and by many, on each engine, and on SQLite with a disk that is made slow.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::Bench;
use super::sheet::{Sheet, count};
use super::tenants::{Kind, Tenants};
use super::writers::{Written, write};
use crate::bench::chart::{Kind as Axis, Lines, Panel, Series};
use crate::bench::goals::{Goal, at_least};
use crate::bench::report::thousands;
use crate::bench::site::Site;
use crate::database::Engine;
use crate::sh;

/// Clients at a time.
const WRITERS: [usize; 3] = [1, 16, 64];
/// What the slow disk takes longer for each fdatasync, in milliseconds.
const DELAY: u32 = 5;

/// Where it is written to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    engine: Engine,
    /// With every fdatasync delayed.
    slow: bool,
}

impl Place {
    fn name(self) -> String {
        if self.slow { format!("{}, fdatasync + {DELAY} ms", self.engine) } else { self.engine.to_string() }
    }
}

struct Row {
    place: Place,
    kind: Kind,
    writers: usize,
    /// In how many trees they write.
    tenants: usize,
    written: Written,
}

pub async fn measure(bench: &Bench<'_>, mut sheet: Sheet) -> Result<Sheet> {
    let mut places: Vec<Place> =
        bench.options.engines.iter().map(|engine| Place { engine: *engine, slow: false }).collect();
    if bench.options.engines.contains(&Engine::Sqlite) {
        places.push(Place { engine: Engine::Sqlite, slow: true });
    }
    let mut rows = Vec::new();
    for place in places {
        eprintln!("== {}", place.name());
        rows.extend(in_place(bench, place).await.with_context(|| place.name())?);
    }
    render(&mut sheet, &rows);
    Ok(sheet)
}

async fn in_place(bench: &Bench<'_>, place: Place) -> Result<Vec<Row>> {
    let (tenants, people) = if bench.options.quick { (8, 8) } else { (64, 64) };
    let mut site = Site::make(&bench.program("polity"), place.engine, &Tenants::settings()).await?;
    let slow = place.slow.then(|| slow_disk(&site.launch.folder)).transpose()?;
    let service = site.launch.start().await?;
    let there = Arc::new(Tenants::make(&service.origin, &mut site.sink, &[], tenants, people).await?);
    service.stop().await?;

    let mut rows = Vec::new();
    let spread = WRITERS.map(|writers| (writers, tenants));
    // And all in one tree: PostgreSQL writes one after another there, as SQLite does everywhere.
    for (writers, tenants) in spread.into_iter().chain([(64, 1)]) {
        // What is to be accepted is made while the disk is as it is.
        let service = site.launch.start().await?;
        let waiting = if bench.options.quick { 128 } else { 64 * writers.max(8) };
        there.invite(&service.origin, &mut site.sink, tenants, waiting).await?;
        service.stop().await?;
        site.database.settle()?;
        let fast = site.launch.settings.clone();
        if let Some(library) = &slow {
            site.launch.settings.push(("LD_PRELOAD", library.display().to_string()));
        }
        let service = site.launch.start().await?;
        site.launch.settings = fast;
        write(&service.origin, 8, bench.time * 60, &there.once_each()).await?;
        for kind in Kind::ALL {
            let written = write(&service.origin, writers, bench.time, &there.source(kind, tenants)).await?;
            ensure!(written.count > 0, "nothing was written");
            let slow_enough = !place.slow || written.p50 >= f64::from(DELAY);
            ensure!(slow_enough, "a write took {:.2} ms: its fdatasync was not delayed", written.p50);
            eprintln!(
                "    {:<20} {writers:>3} writers, {tenants:>2} tenants {:>7.0}/s  p50 {:>7.2}  p99 {:>7.2} ms  ({})",
                kind.name(),
                written.rate,
                written.p50,
                written.p99,
                written.count
            );
            rows.push(Row { place, kind, writers, tenants, written });
        }
        let mails = site.sink.discard();
        eprintln!("    {mails} mails have left meanwhile");
        service.stop().await?;
    }
    Ok(rows)
}

/// A library that makes each wait for the disk longer, for whoever loads it first.
fn slow_disk(folder: &Path) -> Result<PathBuf> {
    let (source, library) = (folder.join("slow_disk.c"), folder.join("slow_disk.so"));
    fs::write(&source, include_str!("slow_disk.c"))?;
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source);
    sh::run(&mut compiler)?;
    Ok(library)
}

fn render(sheet: &mut Sheet, rows: &[Row]) {
    sheet.line(
        "- Each writer sends its next request when the last one is answered, over a connection of its own; the writers are \
         one process on the same cores.",
    );
    sheet.goals(&goals(rows));
    sheet.title("Writes");
    sheet.head(&["", "what", ">writers", ">tenants", ">writes/s", ">p50 ms", ">p99 ms"]);
    for row in rows {
        let Written { rate, p50, p99, .. } = row.written;
        sheet.row(&[
            row.place.name(),
            row.kind.name().to_owned(),
            row.writers.to_string(),
            row.tenants.to_string(),
            thousands(rate),
            format!("{p50:.2}"),
            format!("{p99:.2}"),
        ]);
    }
    sheet.plot("access-writes", "Writes in a second, by how many write at once", plot(rows));
}

/// Of those who write in tenants of their own.
fn spread(rows: &[Row], place: Place, kind: Kind) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| row.place == place && row.kind == kind && row.tenants > 1)
}

fn goals(rows: &[Row]) -> Vec<Goal> {
    let slow = Place { engine: Engine::Sqlite, slow: true };
    let grouped = |place: Place| {
        let times = Kind::ALL.into_iter().filter_map(|kind| {
            let rate =
                |writers| Some(spread(rows, place, kind).find(|row| row.writers == writers)?.written.rate);
            Some(rate(64)? / rate(1)?)
        });
        times.reduce(f64::min)
    };
    let name = |place: Place| format!("{}: writes/s of 64 writers, × one writer's, at least", place.name());
    grouped(slow).map(|found| at_least(name(slow), 20.0, found)).into_iter().collect()
}

fn places(rows: &[Row]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for row in rows {
        if !places.contains(&row.place) {
            places.push(row.place);
        }
    }
    places
}

fn plot(rows: &[Row]) -> String {
    let panels = places(rows).into_iter().map(|place| {
        let series = Kind::ALL.into_iter().enumerate().map(|(look, kind)| Series {
            name: kind.name().to_owned(),
            look,
            dashed: false,
            points: spread(rows, place, kind)
                .map(|row| (f64::from(u32::try_from(row.writers).unwrap_or_default()), row.written.rate))
                .collect(),
        });
        Panel { title: place.name(), series: series.collect() }
    });
    Lines {
        title: "Writes in a second, by how many write at once".to_owned(),
        about: "acknowledged writes, each writer in a tenant of its own".to_owned(),
        below: "writers",
        kind: Axis::Log,
        show: count,
        show_place: count,
        panels: panels.collect(),
    }
    .draw()
}
