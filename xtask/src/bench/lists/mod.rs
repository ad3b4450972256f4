//! `cargo xtask bench lists`: what a page of each list costs with a million members and events, beside the same with
//! ten thousand, and beside a small organization in the large database. It writes a table of its own into
//! `docs/performance.md`.

mod asked;
mod place;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use self::asked::{Asked, LISTS, Page};
use self::place::{Place, Sizes};
use super::load::median;
use super::report::{self, Marks};
use crate::database::Engine;
use crate::http::Caller;
use crate::{interrupt, sh};

/// How often each page is asked for; the three places take turns, so that what else the machine does hits all.
const ROUNDS: usize = 101;
/// The goal: at most so many times the cost with few rows.
const MOST: f64 = 1.5;

#[derive(Args)]
pub struct Options {
    /// Members of the large organization; it has as many events and rows of the access log at least
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    large: u32,

    /// Members of the small one
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    small: u32,

    /// On which databases, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres], value_name = "NAME,…")]
    engines: Vec<Engine>,

    /// A look only: 5000 members beside 1000, and docs/performance.md is left alone
    #[arg(long)]
    quick: bool,
}

/// What a page costs, in milliseconds.
pub struct Row {
    engine: Engine,
    asked: Asked,
    page: Page,
    /// In the small database.
    small: f64,
    /// In the large one.
    large: f64,
    /// In a small organization of the large one.
    beside: f64,
}

impl Row {
    /// How many times the small one's cost the dearer of the others is.
    fn times(&self) -> f64 {
        self.large.max(self.beside) / self.small
    }
}

pub async fn run(options: &Options) -> Result<ExitCode> {
    sh::run(&mut sh::cargo(&["build", "--release", "-p", "polity-server", "-p", "polity-bench"]))?;
    let done = interrupt::guard(measure(options)).await?;
    Ok(if done.is_some() { ExitCode::SUCCESS } else { ExitCode::from(130) })
}

async fn measure(options: &Options) -> Result<()> {
    let (few, many) = if options.quick { (1_000, 5_000) } else { (options.small, options.large) };
    let (few, many) = (Sizes::small(few), Sizes::large(many));
    let mut rows = Vec::new();
    for engine in &options.engines {
        eprintln!("== {engine}: {} members beside {}", many.members, few.members);
        rows.extend(compare(*engine, &few, &many).await.with_context(|| engine.to_string())?);
        // After each engine: what took an hour is not lost when the next one fails.
        if !options.quick {
            report::write(Marks::LISTS, &table::render(&few, &many, &rows)?)?;
        }
    }
    println!("{}", table::render(&few, &many, &rows)?);
    Ok(())
}

/// Both databases filled, both services up, every page asked for in turn.
async fn compare(engine: Engine, few: &Sizes, many: &Sizes) -> Result<Vec<Row>> {
    let small = Place::make(engine, few, None).await.context("the small database")?;
    let large = Place::make(engine, many, Some(few)).await.context("the large database")?;
    let mut rows = Vec::new();
    for asked in LISTS {
        for page in Page::ALL {
            let paths = [
                asked.path(page, &small.listed).await?,
                asked.path(page, &large.listed).await?,
                asked.path(page, large.beside.as_ref().context("there is nobody beside it")?).await?,
            ];
            // A list that has no such page has nothing to tell.
            let [Some(small), Some(large), Some(beside)] = paths else { continue };
            let [small, large, beside] = times([small, large, beside]).await?;
            let row = Row { engine, asked: *asked, page, small, large, beside };
            eprintln!(
                "    {:<44} {small:>7.2} {large:>7.2} {beside:>7.2} ms  × {:.2}",
                format!("{}, {}", asked.name, page.name()),
                row.times()
            );
            rows.push(row);
        }
    }
    small.stop().await?;
    large.stop().await?;
    Ok(rows)
}

/// The median of each, in milliseconds.
async fn times(asked: [(Caller, String); 3]) -> Result<[f64; 3]> {
    let mut taken = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        for ((caller, path), taken) in asked.iter().zip(&mut taken) {
            let begin = Instant::now();
            caller.get(path).await?;
            // The first time, plans are made and pages are read.
            if round > 0 {
                taken.push(begin.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    Ok(taken.map(median))
}
