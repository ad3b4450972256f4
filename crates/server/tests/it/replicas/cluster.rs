//! A PostgreSQL of a test's own.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use polity_testkit::Engine;
use tempfile::TempDir;

use crate::instance::free_port;

/// How long the server may take to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Where Debian keeps the server's programs: a folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A cluster in a temporary folder, on loopback. Dropping it stops its server.
pub struct Cluster {
    programs: PathBuf,
    /// Under whose account the server runs; none: the own one. PostgreSQL refuses root.
    account: Option<(u32, u32)>,
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts it. None where PostgreSQL is not tested, which is never so in CI.
    pub fn start() -> Option<Self> {
        if !Engine::available().contains(&Engine::Postgres) {
            return None;
        }
        let programs = programs().expect("PostgreSQL's programs (initdb, postgres, pg_ctl)");
        let mut cluster = Self::empty(programs, account());
        let data = cluster.data();
        cluster.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync"],
            &data,
        );
        cluster.serve();
        Some(cluster)
    }

    fn empty(programs: PathBuf, account: Option<(u32, u32)>) -> Self {
        let folder =
            tempfile::Builder::new().prefix("polity-replicas-").tempdir().expect("a temporary folder");
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group)).expect("the folder is handed over");
        }
        Self { programs, account, folder, port: free_port(), server: None }
    }

    /// Makes a streaming standby of this cluster, which is running, and starts it.
    pub fn standby(&self) -> Self {
        let mut standby = Self::empty(self.programs.clone(), self.account);
        let (data, source) = (standby.data(), format!("--dbname={}", self.url()));
        standby.run(
            "pg_basebackup",
            &[&source, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"],
            &data,
        );
        standby.serve();
        standby
    }

    /// A running standby takes over.
    pub fn promote(&self) {
        let data = self.data();
        self.run("pg_ctl", &["promote", "--silent", "--wait"], &data);
    }

    /// What was promoted is stopped, and serves as a standby from now on, with all that it wrote meanwhile.
    pub fn put_back_into_recovery(&mut self) {
        self.stop_in_order();
        self.signal_standby();
        self.serve();
    }

    /// Where it listens on loopback.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where its one database is.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server, at the same place as before.
    pub fn serve(&mut self) {
        let begin = Instant::now();
        loop {
            match self.attempt() {
                Ok(()) => return,
                // Somebody's connection has the port for a moment.
                Err(said) => assert!(begin.elapsed() < PATIENCE, "PostgreSQL does not start: {said}"),
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn attempt(&mut self) -> Result<(), String> {
        let log = self.folder.path().join("log");
        let written = fs::File::create(&log).expect("a log");
        let data = self.data();
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(&data);
        for setting in [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            // A process that is killed loses nothing that the kernel has; only a power cut would.
            "fsync=off".to_owned(),
            "synchronous_commit=on".to_owned(),
            "max_connections=120".to_owned(),
            // A standby that was away finds what it missed.
            "wal_keep_size=512MB".to_owned(),
        ] {
            postgres.arg("-c").arg(setting);
        }
        let mut server =
            postgres.process_group(0).stdout(Stdio::null()).stderr(written).spawn().expect("postgres runs");
        let begin = Instant::now();
        loop {
            let ended = server.try_wait().expect("the server can be asked");
            if ended.is_some() || begin.elapsed() > PATIENCE {
                let _ = server.kill();
                let _ = server.wait();
                return Err(fs::read_to_string(&log).unwrap_or_default());
            }
            // The first line is the server's process, the eighth its state.
            let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            let mut lines = state.lines();
            let own = lines.next() == Some(&server.id().to_string());
            if own && lines.nth(6).is_some_and(|line| line.trim() == "ready") {
                self.server = Some(server);
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the server at once, as a crash would: what was not committed is lost, and no client is told.
    pub fn stop_immediately(&mut self) {
        self.stop("immediate");
    }

    /// Ends the server in order, and cuts off whoever is connected.
    pub fn stop_in_order(&mut self) {
        self.stop("fast");
    }

    fn stop(&mut self, mode: &str) {
        let Some(mut server) = self.server.take() else { return };
        let data = self.data();
        self.run("pg_ctl", &["stop", "--silent", "--wait", "-m", mode], &data);
        server.wait().expect("the server has ended");
    }

    /// Remembers what is in the cluster, which is stopped.
    pub fn back_up(&self) {
        copy(&self.data(), &self.folder.path().join("backup"), self.account);
    }

    /// A standby that had only what was remembered takes over, in the same place: on a timeline of its own.
    pub fn fail_over(&mut self) {
        assert!(self.server.is_none(), "the primary is gone");
        fs::remove_dir_all(self.data()).expect("the old data go");
        fs::rename(self.folder.path().join("backup"), self.data()).expect("the standby's data are there");
        self.signal_standby();
        self.serve();
        self.promote();
    }

    fn signal_standby(&self) {
        let signal = self.data().join("standby.signal");
        fs::write(&signal, "").expect("a file");
        if let Some((user, group)) = self.account {
            chown(&signal, Some(user), Some(group)).expect("the file is handed over");
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str], data: &Path) {
        let output = self.command(program).args(arguments).arg("--pgdata").arg(data).output();
        let output = output.expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program}: {said}");
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(self.folder.path()).env("LC_ALL", "C").stdin(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let data = self.data();
            let mut stop = self.command("pg_ctl");
            let _ =
                stop.args(["stop", "--silent", "--wait", "-m", "immediate", "--pgdata"]).arg(data).status();
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian =
        fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).chain(debian).collect();
    folders.retain(|folder| ["initdb", "postgres", "pg_ctl"].iter().all(|name| folder.join(name).is_file()));
    folders.pop()
}

/// The account of `postgres`, or else of `nobody`, for root.
fn account() -> Option<(u32, u32)> {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return None;
    }
    let known = fs::read_to_string("/etc/passwd").expect("the accounts");
    let find = |name: &str| {
        let line = known.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(find("postgres").or_else(|| find("nobody")).expect("an account that is not root's"))
}

fn copy(from: &Path, to: &Path, account: Option<(u32, u32)>) {
    let mut copy = Command::new("cp");
    copy.arg("-a").arg(from).arg(to);
    if let Some((user, group)) = account {
        copy.uid(user).gid(group);
    }
    assert!(copy.status().expect("cp runs").success());
}
