//! A database for each test: a SQLite file, or a database of the PostgreSQL server that
//! `cargo xtask test` started.

use std::time::Duration;

use polity_store::{Location, Options, Store};
use sea_orm::{ConnectionTrait, Database as SeaDatabase, DatabaseConnection, DbBackend, Statement};

/// Where the PostgreSQL server for tests is.
const SERVER: &str = "POLITY_TEST_POSTGRES";

/// A locale that sorts and folds otherwise than bytes: no answer may depend on it.
const LOCALE: &str = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'";

/// Room for every tree of a test.
const MEMORY: usize = 1 << 30;

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A database of its own, gone with the test.
pub struct Database {
    location: Location,
    folder: Option<tempfile::TempDir>,
    drop_by: Option<(String, String)>,
}

impl Engine {
    /// The engines that can be tested here. In CI a missing PostgreSQL is a failure, never a skip.
    pub fn available() -> Vec<Self> {
        if server().is_some() {
            return vec![Self::Sqlite, Self::Postgres];
        }
        assert!(variable("CI").is_none(), "CI needs PostgreSQL: run `cargo xtask test`");
        eprintln!("PostgreSQL is not tested: {SERVER} is not set; run `cargo xtask test`");
        vec![Self::Sqlite]
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn server() -> Option<String> {
    variable(SERVER)
}

impl Database {
    /// Makes an empty database.
    pub async fn create(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let location = Location::Sqlite(folder.path().join("polity.db"));
                Self { location, folder: Some(folder), drop_by: None }
            }
            Engine::Postgres => Self::postgres(&server().expect("a PostgreSQL server")).await,
        }
    }

    async fn postgres(server: &str) -> Self {
        let name = format!("polity_test_{:016x}", rand::random::<u64>());
        let admin = SeaDatabase::connect(server).await.expect("the PostgreSQL server answers");
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} {LOCALE}"))
            .await
            .expect("a database is made");
        let _ = admin.close().await;
        let (base, _) = server.rsplit_once('/').expect("a URL with a database");
        let location = Location::Postgres(format!("{base}/{name}"));
        Self { location, folder: None, drop_by: Some((server.to_owned(), name)) }
    }

    /// Opens it, once more if wanted: several stores on PostgreSQL are several replicas.
    pub async fn open(&self) -> Store {
        let options = Options {
            location: self.location.clone(),
            max_connections: 5,
            acquire_timeout: Duration::from_secs(20),
            memory: MEMORY,
        };
        Store::open(&options).await.expect("the database opens")
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The SQLite file's folder.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    /// All that is in it, as bytes: the files of SQLite, the rows of PostgreSQL as text.
    pub async fn dump(&self) -> Vec<u8> {
        match &self.location {
            Location::Sqlite(file) => {
                let folder = std::fs::read_dir(file.parent().expect("a folder")).expect("the folder is read");
                let files = folder.map(|file| file.expect("a file").path());
                files.flat_map(|file| std::fs::read(file).expect("the file is read")).collect()
            }
            Location::Postgres(url) => {
                rows(&SeaDatabase::connect(url).await.expect("the database answers")).await
            }
        }
    }

    /// Drops a PostgreSQL database; a SQLite one goes with its folder.
    pub async fn remove(self) {
        if let Some((server, name)) = self.drop_by {
            let admin = SeaDatabase::connect(&server).await.expect("the PostgreSQL server answers");
            let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            let _ = admin.close().await;
        }
    }
}

/// Every row of every table, as PostgreSQL writes it.
async fn rows(db: &DatabaseConnection) -> Vec<u8> {
    let text = |sql: String| async move {
        let rows =
            db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("rows are read");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect::<Vec<String>>()
    };
    let mut dump = Vec::new();
    for table in text("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'".to_owned()).await {
        for row in text(format!("SELECT t::text FROM \"{table}\" t")).await {
            dump.extend(row.into_bytes());
        }
    }
    dump
}
