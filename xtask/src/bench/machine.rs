//! What the figures were measured on.

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use super::load::{CONNECTIONS, Generator, median};
use crate::sh;

pub struct Machine {
    lines: Vec<String>,
}

impl Machine {
    pub fn look(generator: &Generator) -> Result<Self> {
        let seconds = generator.duration.as_secs();
        let lines = vec![
            when()?,
            hardware()?,
            format!("Load generator: wrk, 1 thread, {CONNECTIONS} connections, {seconds} s a measurement."),
            "Server, database and load generator share these cores: the figures are what is left for the server."
                .to_owned(),
            "Each figure is the median of 3 measurements, each taken right after one of the bare server; `× hello` \
             is the median of the 3 ratios."
                .to_owned(),
            now()?,
        ];
        Ok(Self { lines })
    }

    /// One fact a line.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

/// The day, and of which commit the binary is.
pub fn when() -> Result<String> {
    Ok(format!("{}, commit {}", said("date", &["-u", "+%Y-%m-%d"])?, commit()))
}

/// Processor and kernel.
pub fn hardware() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(format!("{cores} cores of {model}, Linux {}", said("uname", &["-r"])?))
}

/// How busy it is, and how fast its disk.
pub fn now() -> Result<String> {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    Ok(format!("Load average before: {load}. One write and fdatasync of 4 KiB: {:.2} ms.", fdatasync()?))
}

fn said(program: &str, arguments: &[&str]) -> Result<String> {
    let said = sh::stdout_of(Command::new(program).args(arguments).current_dir(sh::root()))?;
    Ok(String::from_utf8_lossy(&said).trim().to_owned())
}

fn commit() -> String {
    said("git", &["describe", "--always", "--dirty", "--exclude=*"]).unwrap_or_else(|_| "unknown".to_owned())
}

/// Milliseconds: what an acknowledged write waits for at least.
fn fdatasync() -> Result<f64> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let mut file = File::create(folder.path().join("probe")).context("no temporary file")?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let begin = Instant::now();
        file.write_all(&[0; 4096]).and_then(|()| file.sync_data()).context("cannot write to the disk")?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}
