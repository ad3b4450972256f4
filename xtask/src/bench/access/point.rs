//! One bare point read of PostgreSQL: what a fresh answer cannot do without.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use super::Bench;
use crate::bench::hello::Hello;
use crate::bench::load::{CONNECTIONS, Measured};

/// Where it reads.
pub struct Point {
    program: PathBuf,
    arguments: Vec<String>,
    seconds: u64,
}

#[derive(Deserialize)]
struct Printed {
    rate: f64,
    p50: f64,
    p99: f64,
}

impl Point {
    pub fn new(bench: &Bench<'_>, postgres: &str, tree: &str) -> Self {
        let arguments = ["--postgres", postgres, "--tree", tree].map(str::to_owned).to_vec();
        Self { program: bench.program("bench-point"), arguments, seconds: bench.time.as_secs() }
    }

    /// Served by a bare axum server, as long as what is given lives.
    pub async fn serve(&self) -> Result<Hello> {
        let mut arguments = self.arguments.clone();
        arguments.push("--serve".to_owned());
        Hello::start_with(&self.program, &arguments).await
    }

    /// With nothing around it: as many reads at once as the load generator has connections.
    pub async fn read(&self) -> Result<Measured> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(["--seconds", &self.seconds.to_string()]);
        command.args(["--readers", &CONNECTIONS.to_string()]);
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true).output().await;
        let output = output.context("cannot run bench-point")?;
        ensure!(output.status.success(), "bench-point failed ({})", output.status);
        let Printed { rate, p50, p99 } =
            serde_json::from_slice(&output.stdout).context("bench-point's answer")?;
        Ok(Measured { rate, p50, p99, failed: 0 })
    }
}
