//! The tables and plots of what was asked over HTTP.

use super::what::What;
use super::{Found, Row, WRITERS, middle};
use crate::bench::access::Bench;
use crate::bench::access::sheet::{Sheet, count, short};
use crate::bench::access::writers::Written;
use crate::bench::chart::{Group, Kind as Axis, Row as Mark, Rows};
use crate::bench::goals::{Goal, at_least};
use crate::bench::load::Measured;
use crate::bench::report::thousands;
use crate::database::Engine;

pub fn render(sheet: &mut Sheet, bench: &Bench<'_>, found: &Found) {
    let members = thousands(f64::from(bench.members()));
    sheet.line(&format!("- The organization that is asked about has {members} members."));
    if found.unbound {
        sheet.line("- This binary has no setting for how old an answer may be: there is no row for it.");
    }
    sheet.goals(&goals(&found.rows));
    sheet.title("Questions");
    sheet.head(&["", "what", ">requests/s", ">questions/s", ">p50 ms", ">p99 ms", ">× hello"]);
    let numbers = |measured: &Measured, questions: u32| {
        [
            thousands(measured.rate),
            thousands(measured.rate * f64::from(questions)),
            format!("{:.2}", measured.p50),
            format!("{:.2}", measured.p99),
        ]
    };
    let hello = middle(&found.hello);
    let mut row = vec![String::new(), "bare axum `hello`".to_owned()];
    row.extend(numbers(&hello, 0));
    row[3] = String::new();
    row.push("1".to_owned());
    sheet.row(&row);
    for one in &found.rows {
        let mut row = vec![one.engine.to_string(), one.what.name()];
        row.extend(numbers(&one.measured, one.what.questions()));
        row.push(if one.ratio.is_finite() { format!("{:.2}", one.ratio) } else { String::new() });
        sheet.row(&row);
    }
    sheet.plot("access-http", "Requests in a second", requests(found, hello.rate));
    sheet.plot("access-batch", "Questions in a second", questions(found));

    sheet.title("Checks while others write");
    sheet.line(&format!(
        "{WRITERS} clients invite, accept and create organizations in turn, some of them in the tree that is asked about.\n"
    ));
    sheet.head(&[
        "",
        ">connections",
        ">writes/s meanwhile",
        ">checks/s",
        ">p50 ms",
        ">p99 ms",
        ">p99 of a write, ms",
    ]);
    for one in &found.beside {
        let written = |show: fn(Written) -> String| one.written.map_or_else(String::new, show);
        sheet.row(&[
            one.engine.to_string(),
            one.connections.to_string(),
            written(|written| thousands(written.rate)),
            thousands(one.measured.rate),
            format!("{:.2}", one.measured.p50),
            format!("{:.2}", one.measured.p99),
            written(|written| format!("{:.2}", written.p99)),
        ]);
    }
    sheet.plot("access-p99", "The slowest hundredth of checks, alone and while others write", slowest(found));
}

fn goals(rows: &[Row]) -> Vec<Goal> {
    let row = |engine, what| rows.iter().find(|row| row.engine == engine && row.what == what);
    let ratio = |engine, what| Some(row(engine, what)?.ratio);
    let mut goals = Vec::new();
    if let Some(found) = ratio(Engine::Sqlite, What::Check) {
        goals.push(at_least("sqlite: check, × hello".to_owned(), 0.8, found));
    }
    for what in [What::Token, What::WithinBound] {
        if let Some(found) = ratio(Engine::Postgres, what) {
            goals.push(at_least(format!("postgres: {}, × hello", what.name()), 0.8, found));
        }
    }
    for point in [What::PointRead, What::PointServed] {
        if let (Some(full), Some(read)) = (row(Engine::Postgres, What::Full), row(Engine::Postgres, point)) {
            let found = full.measured.rate / read.measured.rate;
            goals.push(at_least(format!("postgres: check, FULL, × {}", point.name()), 0.9, found));
        }
    }
    goals
}

fn engines(found: &Found) -> Vec<Engine> {
    let own = |engine: &Engine| found.rows.iter().any(|row| row.engine == *engine);
    [Engine::Sqlite, Engine::Postgres].into_iter().filter(own).collect()
}

fn requests(found: &Found, hello: f64) -> String {
    let groups = engines(found).into_iter().map(|engine| {
        let own = found.rows.iter().filter(|row| row.engine == engine && !matches!(row.what, What::Batch(_)));
        let own = own.map(|row| {
            let bare = matches!(row.what, What::PointServed | What::PointRead);
            Mark { name: row.what.name(), look: usize::from(bare), number: row.measured.rate }
        });
        let hello = Mark { name: "bare axum hello".to_owned(), look: 1, number: hello };
        Group { title: engine.to_string(), rows: std::iter::once(hello).chain(own).collect() }
    });
    Rows {
        title: "Requests in a second".to_owned(),
        about: "32 connections; what is compared with is of the other colour".to_owned(),
        kind: Axis::Linear,
        show: count,
        groups: groups.collect(),
    }
    .draw()
}

fn questions(found: &Found) -> String {
    let groups = engines(found).into_iter().map(|engine| {
        let own = found
            .rows
            .iter()
            .filter(|row| row.engine == engine && matches!(row.what, What::Check | What::Batch(_)));
        let own = own.map(|row| {
            let number = row.measured.rate * f64::from(row.what.questions());
            Mark { name: row.what.name(), look: 0, number }
        });
        Group { title: engine.to_string(), rows: own.collect() }
    });
    Rows {
        title: "Questions in a second".to_owned(),
        about: "one a request, and many".to_owned(),
        kind: Axis::Linear,
        show: count,
        groups: groups.collect(),
    }
    .draw()
}

fn slowest(found: &Found) -> String {
    let groups = engines(found).into_iter().map(|engine| {
        let own = found.beside.iter().filter(|one| one.engine == engine).map(|one| {
            let (meanwhile, look) =
                if one.written.is_some() { ("while others write", 1) } else { ("alone", 0) };
            let name = format!("{} connections, {meanwhile}", one.connections);
            Mark { name, look, number: one.measured.p99 }
        });
        Group { title: engine.to_string(), rows: own.collect() }
    });
    Rows {
        title: "The slowest hundredth of checks, alone and while others write".to_owned(),
        about: format!("99th percentile in milliseconds; {WRITERS} writers"),
        kind: Axis::Linear,
        show: |number| format!("{} ms", short(number)),
        groups: groups.collect(),
    }
    .draw()
}
