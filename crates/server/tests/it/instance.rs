//! An installation of a test: a data folder, a database, settings, and the binary to start on them.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use polity_store::Location;
use polity_testkit::{Database, Engine};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use crate::server::Server;

/// How long a command that ends by itself may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the tests need of the machine it runs on: cheap hashes, no limits, anybody may make tenants.
const SETTINGS: [(&str, &str); 7] = [
    ("POLITY_SECURITY__ARGON2_MEMORY_KIB", "8"),
    ("POLITY_SECURITY__ARGON2_ITERATIONS", "1"),
    ("POLITY_SECURITY__ACCESS_TOKEN_TTL_SECONDS", "3600"),
    ("POLITY_SIGN_IN__FAILURES_PER_IP_PER_15_MINUTES", "1000000"),
    ("POLITY_ORGANIZATIONS__CREATION", "anyone"),
    ("POLITY_INVITATIONS__PER_ORGANIZATION_PER_DAY", "1000000"),
    ("POLITY_LOG__FORMAT", "json"),
];

/// An installation.
pub struct Instance {
    /// On which engine.
    pub engine: Engine,
    /// Its address, the same at every start.
    pub port: u16,
    /// Made for the test and gone with it; none: the test's own affair.
    database: Option<Database>,
    folder: TempDir,
    settings: Vec<(String, String)>,
}

/// What a command said that has ended.
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// Runs a test on each engine, one after the other, each in an empty installation.
pub async fn on_each(test: impl AsyncFn(&mut Instance)) {
    for engine in Engine::available() {
        on(engine, &test).await;
    }
}

/// Runs a test on one engine, in an empty installation.
pub async fn on(engine: Engine, test: impl AsyncFn(&mut Instance)) {
    eprintln!("on {engine:?}");
    let mut instance = Instance::new(engine).await;
    test(&mut instance).await;
    if let Some(database) = instance.database {
        database.remove().await;
    }
}

impl Instance {
    async fn new(engine: Engine) -> Self {
        let database = Database::create(engine).await;
        let mut instance = Self::bare(engine);
        if let Location::Postgres(url) = database.location() {
            instance.set("POLITY_DATABASE_URL", url);
        }
        Self { database: Some(database), ..instance }
    }

    /// An installation on a PostgreSQL database that others may use as well.
    pub fn on_postgres(url: &str) -> Self {
        let mut instance = Self::bare(Engine::Postgres);
        instance.set("POLITY_DATABASE_URL", url);
        instance
    }

    fn bare(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let settings = SETTINGS.into_iter().map(own).collect();
        Self { engine, port: free_port(), database: None, folder, settings }
    }

    /// Changes a setting for the starts to come.
    pub fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a setting away.
    pub fn unset(&mut self, name: &str) {
        self.settings.retain(|(known, _)| known != name);
    }

    /// The setting, if there is one.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A folder for whatever the test needs beside the data folder.
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder. Polity makes it.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file of the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    /// The binary with these arguments, in this installation and in no other environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in("", arguments)
    }

    /// The same, started by another program that takes the binary as its last arguments.
    pub fn command_in(&self, starter: &str, arguments: &[&str]) -> Command {
        let words: Vec<&str> = starter
            .split_whitespace()
            .chain([env!("CARGO_BIN_EXE_polity")])
            .chain(arguments.iter().copied())
            .collect();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(self.folder.path())
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("POLITY_")))
            .env("POLITY_DATA_DIR", self.data())
            .env("POLITY_LISTEN", format!("127.0.0.1:{}", self.port))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Starts the service and waits until it says where it is.
    pub async fn start(&self) -> Server {
        self.start_in("").await
    }

    /// The same, started by another program.
    pub async fn start_in(&self, starter: &str) -> Server {
        for _ in 0..20 {
            match Server::start(self.command_in(starter, &["serve"]), self.port).await {
                Ok(server) => return server,
                // Somebody's connection has our port for a moment.
                Err(said) if said.contains("Cannot listen on") => sleep(Duration::from_millis(200)).await,
                Err(said) => panic!("the service did not start: {said}"),
            }
        }
        panic!("the port {} stays taken", self.port)
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let output = timeout(PATIENCE, self.command(arguments).output()).await;
        let output = output.expect("the command ends").expect("the command runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
        Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Starts the service, which must refuse to: in one sentence, without a panic, and with its files as
    /// they were before.
    pub async fn refused(&self) -> String {
        let before = self.fingerprint();
        let ended = self.run(&["serve"]).await;
        let said = ended.stderr.trim_end();
        assert!(ended.code.is_some_and(|code| code == 1 || code == 2), "{:?}: {said}", ended.code);
        assert_eq!(ended.stdout, "", "nothing is announced");
        let complaint: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
        assert_eq!(complaint.len(), 1, "one sentence and no more: {said}");
        assert!(!said.contains("panicked"), "{said}");
        assert_eq!(self.fingerprint(), before, "nothing is touched");
        complaint[0].to_owned()
    }

    /// Proves the ledgers with `polity doctor`.
    pub async fn doctor(&self) -> String {
        let ended = self.run(&["doctor"]).await;
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert!(!ended.stdout.contains("NOT WHOLE"), "{}", ended.stdout);
        ended.stdout
    }

    /// Looks into the database, or breaks it. The service must not run on SQLite.
    pub async fn sql(&self, statement: &str) {
        let connection = self.connection().await;
        connection.execute_unprepared(statement).await.expect("the statement runs");
        connection.close().await.expect("the connection closes");
    }

    /// A connection of the test's own.
    pub async fn connection(&self) -> DatabaseConnection {
        let own = || format!("sqlite:{}", self.file("polity.db").display());
        let url = match self.database.as_ref().map(Database::location) {
            // The settings may lead there by a detour.
            Some(Location::Postgres(url)) => url.clone(),
            Some(Location::Sqlite(_)) => own(),
            None => self.setting("POLITY_DATABASE_URL").map_or_else(own, str::to_owned),
        };
        sea_orm::Database::connect(url).await.expect("the database opens")
    }

    /// The permissions of a file or folder.
    #[expect(clippy::unused_self, reason = "it reads like its neighbours")]
    pub fn mode(&self, path: &Path) -> u32 {
        std::fs::metadata(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .permissions()
            .mode()
            & 0o777
    }

    /// Names and contents of the data folder. Empty side files of the database and of the lock come and go.
    fn fingerprint(&self) -> Vec<(String, Vec<u8>)> {
        let entries = std::fs::read_dir(self.data()).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.path().is_file());
        let mut found: Vec<_> = files
            .map(|entry| {
                let content = std::fs::read(entry.path()).expect("the file can be read");
                (entry.file_name().to_string_lossy().into_owned(), content)
            })
            .filter(|(name, content)| !content.is_empty() && !name.ends_with("-shm"))
            .collect();
        found.sort();
        found
    }
}

/// A port that nobody listens on right now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}
