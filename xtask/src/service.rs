//! The release binary, started as an operator would start it.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::{interrupt, sh};

/// How long it may take to start. A large database takes some seconds to be read.
const START: Duration = Duration::from_mins(2);
/// How long it may take to end after SIGTERM.
const END: Duration = Duration::from_secs(40);
/// What stands before its address on the standard output.
const ANNOUNCEMENT: &str = "Polity is at ";

/// The binary that `cargo build --release -p polity-server` left, built anew.
pub fn build() -> Result<PathBuf> {
    sh::run(&mut sh::cargo(&["build", "--release", "-p", "polity-server"]))?;
    Ok(sh::target_folder()?.join("release").join("polity"))
}

/// Which binary runs where and how.
pub struct Launch {
    pub binary: PathBuf,
    /// Becomes the working folder, so that no `polity.toml` of somebody else is read, and holds the data and
    /// the log.
    pub folder: PathBuf,
    /// Where it listens on loopback; 0: on a free port, another one at each start. Without a public address of its own
    /// the port is a part of the name by which it signs, so whoever is to stay signed in needs the same again.
    pub port: u16,
    /// `POLITY_…` variables, and others; this process's own `POLITY_…` are not handed on.
    pub settings: Vec<(&'static str, String)>,
}

/// A running `polity serve`. Dropped, it is killed.
pub struct Service {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    /// When the program was executed.
    pub executed: Instant,
}

impl Launch {
    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("polity-data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("polity.log")
    }

    /// One of the binary's commands in this place and with these settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        let inherited = env::vars_os().map(|(name, _)| name);
        for name in inherited.filter(|name| name.to_string_lossy().starts_with("POLITY_")) {
            command.env_remove(name);
        }
        command.envs(self.settings.iter().map(|(name, value)| (*name, value)));
        command
    }

    /// Starts the service and waits until it says where it is.
    pub async fn start(&self) -> Result<Service> {
        let log =
            File::options().create(true).append(true).open(self.log()).context("cannot make the log")?;
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = self.command(&["serve", "--listen", &listen]);
        command.stdout(Stdio::piped()).stderr(log);
        let executed = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start {}", self.binary.display()))?;
        let output = child.stdout.take().context("the service has no output")?;
        let mut lines = BufReader::new(output).lines();
        let Ok(Ok(origin)) = timeout(START, announced(&mut lines)).await else {
            bail!("polity did not start; its log says:\n{}", tail(&self.log()));
        };
        // What it says later (links of mails, without an SMTP server) is read, so that it never waits.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Service { child, origin, executed })
    }
}

async fn announced(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    while let Some(line) = lines.next_line().await? {
        if let Some(origin) = line.strip_prefix(ANNOUNCEMENT) {
            return Ok(origin.trim().to_owned());
        }
    }
    Err(anyhow!("it ended"))
}

impl Service {
    /// Asks it to end (SIGTERM), and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let id = self.child.id().context("the service ended by itself")?;
        interrupt::send("TERM", id.to_string())?;
        let status = timeout(END, self.child.wait()).await.context("the service does not end")??;
        if !status.success() {
            bail!("the service ended badly ({status})");
        }
        Ok(())
    }

    /// The memory that it holds now, in MiB (`VmRSS`).
    pub fn memory(&self) -> Result<f64> {
        let id = self.child.id().context("the service ended by itself")?;
        let status = fs::read_to_string(format!("/proc/{id}/status")).context("/proc is not readable")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u32>().ok());
        Ok(f64::from(kib.context("/proc names no VmRSS")?) / 1024.0)
    }
}

/// The last lines of a file.
pub fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
