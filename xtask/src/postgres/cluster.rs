//! The running cluster.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;

use super::Tools;
use super::account::Account;
use crate::sh;

/// How long the server may take to answer. Its first start takes a second on an idle machine.
const START: Duration = Duration::from_mins(2);

/// Whether a commit must survive a power cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// For tests: nothing waits for the disk. The cluster is thrown away anyway.
    Off,
    /// As in production, for measurements.
    On,
}

/// A PostgreSQL in a temporary folder. Dropping it stops the server and removes the folder.
pub struct Cluster {
    tools: Tools,
    version: String,
    account: Option<Account>,
    durability: Durability,
    port: u16,
    server: Option<Child>,
    folder: TempDir,
}

impl Cluster {
    /// Makes a cluster, starts its server and waits until it answers.
    pub fn start(tools: Tools, durability: Durability) -> Result<Self> {
        let version = tools.version()?;
        let account = Account::for_server()?;
        let folder = tempfile::Builder::new()
            .prefix("polity-pg-")
            .tempdir()
            .context("cannot make a temporary folder")?;
        if let Some(account) = account {
            chown(folder.path(), Some(account.user), Some(account.group))
                .context("cannot hand over the folder")?;
        }
        let mut cluster = Self { tools, version, account, durability, port: 0, server: None, folder };
        cluster.create()?;
        cluster.serve()?;
        Ok(cluster)
    }

    /// Where it is, in the form of Polity's `database_url`.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// What libpq's programs (`psql`, `pg_dump`, …) read to find it without arguments.
    pub fn libpq(&self) -> [(&'static str, String); 4] {
        let text = str::to_owned;
        [
            ("PGHOST", text("127.0.0.1")),
            ("PGPORT", self.port.to_string()),
            ("PGUSER", text("postgres")),
            ("PGDATABASE", text("postgres")),
        ]
    }

    /// Which PostgreSQL, where.
    pub fn describe(&self) -> String {
        let fsync = if self.durability == Durability::On { "on" } else { "off" };
        format!(
            "{} on 127.0.0.1:{}, in {}, fsync {fsync}",
            self.version,
            self.port,
            self.folder.path().display()
        )
    }

    /// What autovacuum does a minute after many rows were written: without it the planner thinks tables empty.
    pub fn vacuum(&self) -> Result<()> {
        let mut vacuumdb = self.command(&self.tools.program("vacuumdb"));
        sh::run(vacuumdb.args(["--quiet", "--analyze", "--dbname", &self.url()]))
    }

    fn create(&self) -> Result<()> {
        let mut initdb = self.command(&self.tools.program("initdb"));
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        initdb.arg("--no-sync").arg("--pgdata").arg(self.data());
        let output = initdb.output().context("cannot run initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Starts the server. Between finding a free port and taking it someone else can: then another is tried.
    fn serve(&mut self) -> Result<()> {
        let mut last = anyhow!("no attempt was made");
        for _ in 0..3 {
            self.port = sh::free_port()?;
            match self.attempt() {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
            self.stop();
        }
        Err(last)
    }

    fn attempt(&mut self) -> Result<()> {
        let log = self.folder.path().join("log");
        let written = File::create(&log).context("cannot make the server's log")?;
        let mut postgres = if dies_with_parent() {
            // Should this process be killed outright, so that nothing can be dropped, the server goes too.
            let mut setpriv = self.command(&PathBuf::from("setpriv"));
            setpriv.args(["--pdeathsig", "QUIT"]).arg(self.tools.program("postgres"));
            setpriv
        } else {
            self.command(&self.tools.program("postgres"))
        };
        postgres.arg("-D").arg(self.data());
        for setting in self.settings() {
            postgres.arg("-c").arg(setting);
        }
        // A group of its own: a Ctrl-C in the terminal is for the tests, and the server must outlive them.
        postgres.process_group(0).stdout(Stdio::null()).stderr(written);
        let server = self.server.insert(postgres.spawn().context("cannot start postgres")?);

        let begin = Instant::now();
        let pid_file = self.folder.path().join("data").join("postmaster.pid");
        loop {
            let ended = server.try_wait().context("cannot wait for postgres")?;
            if ended.is_some() || begin.elapsed() > START {
                bail!("PostgreSQL did not start: {}", fs::read_to_string(&log).unwrap_or_default().trim());
            }
            // The eighth line is the server's state.
            let state = fs::read_to_string(&pid_file).unwrap_or_default();
            if state.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            sleep(Duration::from_millis(25));
        }
    }

    fn settings(&self) -> Vec<String> {
        let on = if self.durability == Durability::On { "on" } else { "off" };
        vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            "max_connections=300".to_owned(),
            format!("fsync={on}"),
            format!("synchronous_commit={on}"),
            format!("full_page_writes={on}"),
        ]
    }

    fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        if !matches!(server.try_wait(), Ok(Some(_))) {
            let mut pg_ctl = self.command(&self.tools.program("pg_ctl"));
            pg_ctl
                .args(["stop", "--silent", "--wait", "--mode=immediate", "--timeout=30", "--pgdata"])
                .arg(self.data());
            if !pg_ctl.status().is_ok_and(|status| status.success()) {
                // Its children see it gone and end as well. An error means that it has ended already.
                server.kill().ok();
            }
        }
        server.wait().ok();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program run under the server's account, in a folder that account may enter.
    fn command(&self, program: &PathBuf) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("LC_ALL", "C").stdin(Stdio::null());
        if let Some(account) = self.account {
            account.take_on(&mut command);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether `setpriv` (part of Debian's util-linux) can tie a child's life to this process's.
fn dies_with_parent() -> bool {
    let Some(setpriv) = sh::find("setpriv") else { return false };
    let tried = Command::new(setpriv).args(["--pdeathsig", "QUIT", "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}
