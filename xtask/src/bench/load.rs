//! The load generator: Debian's `wrk`, one thread, 32 connections that are kept open.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::process::Command;

use crate::{apt, sh};

/// Connections, each with one request on its way.
pub const CONNECTIONS: u32 = 32;

pub struct Generator {
    program: PathBuf,
    pub duration: Duration,
}

/// What is asked again and again.
pub struct Load {
    pub url: String,
    pub authorization: Option<String>,
    pub bodies: Bodies,
}

/// The bodies of the requests.
pub enum Bodies {
    /// GET.
    None,
    /// POST of one after the other, from the first again after the last.
    These(Vec<String>),
    /// POST of an address that never comes twice; it begins with this.
    NewAddress(String),
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Requests in a second.
    pub rate: f64,
    /// Milliseconds, for the faster half of the requests.
    pub p50: f64,
    /// Milliseconds, for all but the slowest hundredth.
    pub p99: f64,
    /// Answers with a status of 400 or more, and connections that broke.
    pub failed: u64,
}

/// What the script prints at its end; times in microseconds.
#[derive(Deserialize)]
struct Printed {
    requests: f64,
    duration: f64,
    p50: f64,
    p99: f64,
    failed: u64,
}

impl Generator {
    /// Finds it, or installs it.
    pub fn find(duration: Duration) -> Result<Self> {
        let program = apt::find_or_install("The load generator wrk", &["wrk"], || sh::find("wrk"));
        Ok(Self { program: program.map_err(anyhow::Error::msg)?, duration })
    }

    /// Asks for some seconds, and tells how it went.
    pub async fn run(&self, load: &Load) -> Result<Measured> {
        self.run_on(CONNECTIONS, load).await
    }

    /// The same on so many connections.
    pub async fn run_on(&self, connections: u32, load: &Load) -> Result<Measured> {
        let script = tempfile::Builder::new().suffix(".lua").tempfile().context("no temporary file")?;
        std::fs::write(script.path(), load.script()).context("cannot write the script")?;
        let output = Command::new(&self.program)
            .args(["-t1", &format!("-c{connections}"), &format!("-d{}s", self.duration.as_secs()), "-s"])
            .arg(script.path())
            .arg(&load.url)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot run wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let Some(line) = text.lines().find_map(|line| line.strip_prefix("RESULT ")) else {
            bail!("wrk gave no result: {text} {}", String::from_utf8_lossy(&output.stderr));
        };
        let printed: Printed = serde_json::from_str(line).context("wrk's result")?;
        Ok(Measured {
            rate: printed.requests / (printed.duration / 1e6),
            p50: printed.p50 / 1e3,
            p99: printed.p99 / 1e3,
            failed: printed.failed,
        })
    }
}

impl Load {
    /// Requests are made ready beforehand where they repeat, so that wrk has little to do beside its work.
    fn script(&self) -> String {
        let mut script = String::new();
        if let Some(authorization) = &self.authorization {
            // Writing to a String cannot fail.
            let _ = writeln!(script, "wrk.headers[\"Authorization\"] = {}", quoted(authorization));
        }
        match &self.bodies {
            Bodies::None => script.push_str("local bodies = { false }\n"),
            Bodies::These(bodies) => {
                script.push_str(POST);
                script.push_str("local bodies = {\n");
                for body in bodies {
                    let _ = writeln!(script, "{},", quoted(body));
                }
                script.push_str("}\n");
            }
            Bodies::NewAddress(start) => {
                script.push_str(POST);
                let _ = writeln!(script, "local start = {}", quoted(start));
                return script + ALWAYS_NEW + DONE;
            }
        }
        script + IN_TURN + DONE
    }
}

const POST: &str = "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n";

const IN_TURN: &str = r"
local requests, at = {}, 0
function init()
  for place, body in ipairs(bodies) do requests[place] = wrk.format(nil, nil, nil, body or nil) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
";

const ALWAYS_NEW: &str = r#"
local number = 0
function request()
  number = number + 1
  return wrk.format(nil, nil, nil, '{"email": "' .. start .. number .. '@bench.example"}')
end
"#;

const DONE: &str = r#"
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "duration": %d, "p50": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end
"#;

/// A text as Lua writes it; JSON's escapes are left as they are.
fn quoted(text: &str) -> String {
    format!("[==[{text}]==]")
}

/// The middle one.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
