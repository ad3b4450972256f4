//! `cargo xtask ci`: everything that must hold before a change lands, what fails quickly first.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::test::Options;
use crate::{config, deps, matrix, rooms, sh, spec, spec_lint, test, threats};

/// A check: what it is called and what it does.
type Check = (&'static str, fn() -> Result<()>);

const CHECKS: [Check; 11] = [
    ("format", || sh::run(&mut sh::cargo(&["fmt", "--all", "--check"]))),
    ("rooms", || rooms::run(true)),
    ("threats", || threats::run(true)),
    ("dependencies", deps::run),
    ("clippy", clippy),
    ("build", sh::build),
    ("configuration reference", || config::run(true)),
    ("role × action table", || matrix::run(true)),
    ("OpenAPI document", || spec::run(true)),
    ("OpenAPI lint", spec_lint::run),
    ("documentation", documentation),
];

/// Runs the checks until one fails, then the tests. Tells what each took.
pub async fn run() -> Result<ExitCode> {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (name, check) in CHECKS {
        println!("== {name}");
        let begin = Instant::now();
        check().with_context(|| format!("the check \"{name}\" failed"))?;
        times.push((name, begin.elapsed()));
    }
    println!("== tests");
    let begin = Instant::now();
    let code = test::run(&Options::default()).await?;
    times.push(("tests", begin.elapsed()));

    let shown = times.iter().map(|(name, time)| format!("{name} {} s", time.as_secs()));
    eprintln!("Times: {}", shown.collect::<Vec<_>>().join(", "));
    Ok(code)
}

fn clippy() -> Result<()> {
    sh::run(&mut sh::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The domain crate is published for others: its documentation has no broken link and no gap.
fn documentation() -> Result<()> {
    let mut doc = sh::cargo(&["doc", "--quiet", "--no-deps", "-p", "polity-domain"]);
    sh::run(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
}
