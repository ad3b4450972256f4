//! `cargo xtask nightly`: what takes longer than a change should wait for. Ten times as many random worlds as in each run
//! of the tests, and mutants of the module that decides, nearly all of which some test must notice.

use std::fs;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::sh;

/// Of a hundred mutants so many must be caught.
const CAUGHT: u32 = 95;
/// What mutates, and which version of it is known to work here.
const MUTANTS: &str = "cargo-mutants@27.1.0";
/// Each mutant runs all tests of the domain, so each property is tried less often.
const PERCENT_EACH: &str = "5";
/// With policies and conditions, as the service has it: alone, the domain is built without.
const CEDAR: &str = "cedar";
/// What decides. How a shortcut is found is none of it (`slots.rs`).
const DECISION: [&str; 8] =
    ["acting", "circumstances", "conditional", "decide", "placed", "places", "public", "shortcuts"];

#[derive(Args)]
pub struct Options {
    /// One part alone
    #[arg(long, value_name = "PART")]
    only: Option<Part>,

    /// Cases of each property, in percent of those in each run of the tests
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    percent: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Properties,
    Mutants,
}

pub fn run(options: &Options) -> Result<()> {
    let wanted = |part| options.only.is_none_or(|only| only == part);
    if wanted(Part::Properties) {
        let mut tests =
            sh::cargo(&["test", "--release", "-p", "polity-domain", "--features", CEDAR, "--test", "it"]);
        sh::run(tests.env("POLITY_TEST_CASES_PERCENT", options.percent.to_string()))?;
    }
    if wanted(Part::Mutants) {
        mutants()?;
    }
    Ok(())
}

/// The numbers in `outcomes.json`.
#[derive(Deserialize)]
struct Outcomes {
    caught: u32,
    missed: u32,
    timeout: u32,
    unviable: u32,
}

fn mutants() -> Result<()> {
    if sh::find("cargo-mutants").is_none() {
        sh::run(&mut sh::cargo(&["install", "--locked", MUTANTS]))?;
    }
    let out = sh::target_folder()?.join("mutants");
    fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
    let mut mutate =
        sh::cargo(&["mutants", "--package", "polity-domain", "--features", CEDAR, "--baseline", "run"]);
    for file in DECISION {
        mutate.args(["--file", &format!("crates/domain/src/access/{file}.rs")]);
    }
    mutate.arg("--output").arg(&out).env("POLITY_TEST_CASES_PERCENT", PERCENT_EACH);
    // It fails when one is missed: how many is judged here.
    let _ = mutate.args(["--", "--test", "it"]).status().context("cannot run cargo mutants")?;
    let file = out.join("mutants.out").join("outcomes.json");
    let json = fs::read(&file).with_context(|| file.display().to_string())?;
    let Outcomes { caught, missed, timeout, unviable } = serde_json::from_slice(&json)?;
    // One that does not end is noticed, too.
    let noticed = caught + timeout;
    let all = noticed + missed;
    println!("{noticed} of {all} mutants were noticed ({timeout} by not ending); {unviable} do not compile");
    ensure!(all > 0 && noticed * 100 >= all * CAUGHT, "less than {CAUGHT} of a hundred were");
    Ok(())
}
