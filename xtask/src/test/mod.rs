//! `cargo xtask test`: every test, on SQLite and on a PostgreSQL that is started for them and goes with them.

mod engines;
mod tally;

use std::process::{ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::process::Command;
use tokio::time::timeout;

use self::engines::Engines;
use self::tally::Tally;
use crate::interrupt::{self, Group, Interrupts};
use crate::{apt, sh};

#[derive(Args, Default)]
pub struct Options {
    /// Leave PostgreSQL out (refused with CI=true)
    #[arg(long)]
    sqlite_only: bool,

    /// Only tests whose name contains one of these
    filter: Vec<String>,
}

/// Builds what the tests start, runs them and answers with their exit code.
pub async fn run(options: &Options) -> Result<ExitCode> {
    // The tests that kill the server with -9 start target/debug/polity.
    sh::build()?;
    find_strace()?;

    let begin = Instant::now();
    let mut interrupts = Interrupts::listen()?;
    let engines = Engines::start(options.sqlite_only)?;
    let mut command = tests(&options.filter);
    engines.tell(&mut command);
    let mut child = command.spawn().context("cannot run cargo test")?;
    let group = child.id();
    let output = child.stdout.take().context("cargo test has no output")?;
    let reader = tokio::spawn(tally::read(output));

    let Some(status) = interrupts.wait(&mut child, Group::Own).await? else {
        return Ok(ExitCode::from(130));
    };
    let Ok(tally) = timeout(Duration::from_secs(10), reader).await else {
        interrupt::kill_group(group)?;
        bail!("the tests ended ({status}), but a process that one of them had started still ran");
    };
    let tally = tally.context("the tests' output")?.context("the tests' output")?;
    println!("\nTests on {}, in {} s", engines.describe(), begin.elapsed().as_secs());
    Ok(conclude(&tally, status, options.filter.is_empty()))
}

/// One test watches with strace that an acknowledged change waits for the disk.
fn find_strace() -> Result<()> {
    match apt::find_or_install("strace", &["strace"], || sh::find("strace")) {
        Ok(_) => Ok(()),
        Err(reason) if sh::is_ci() => bail!("{reason} (a missing part is a failure with CI=true)"),
        Err(reason) => {
            eprintln!("NOT TESTED that a change waits for the disk: {reason}");
            Ok(())
        }
    }
}

/// `cargo test` over everything, to its end even if some fail, in a process group of its own.
fn tests(filter: &[String]) -> Command {
    let mut command = sh::cargo(&["test", "--workspace", "--no-fail-fast", "--"]);
    command.args(filter).stdout(Stdio::piped());
    let mut command = Command::from(command);
    command.process_group(0);
    command
}

/// The plain summary and the exit code: the tests', or 1 when there were none.
fn conclude(tally: &Tally, status: ExitStatus, whole: bool) -> ExitCode {
    for name in &tally.failures {
        println!("FAILED {name}");
    }
    println!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped);
    if !status.success() && tally.failed == 0 {
        println!("Some tests could not be built or ended early ({status}); see above");
    }
    if status.success() && whole && tally.passed == 0 {
        println!("No test ran, which is a failure");
        return ExitCode::FAILURE;
    }
    exit_code(status)
}

/// A child's exit code as one's own, the way shells do it for a child that a signal ended.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
