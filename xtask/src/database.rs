//! The databases that the tour plays on and that are measured.

use std::fmt;

use anyhow::Result;
use clap::ValueEnum;

use crate::postgres::{Cluster, Durability, Tools};
use crate::service::Launch;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// An empty database. On both engines an acknowledged write survives a power cut.
pub enum Database {
    Sqlite,
    /// A cluster of its own, with PostgreSQL's own settings; it ends with this.
    Postgres(Box<Cluster>),
}

impl Database {
    pub fn make(engine: Engine) -> Result<Self> {
        match engine {
            Engine::Sqlite => Ok(Self::Sqlite),
            Engine::Postgres => {
                let tools = Tools::find_or_install().map_err(anyhow::Error::msg)?;
                let cluster = Cluster::start(tools, Durability::On)?;
                eprintln!("{}", cluster.describe());
                Ok(Self::Postgres(Box::new(cluster)))
            }
        }
    }

    /// What tells Polity where it is; SQLite is in the data folder without being told.
    pub fn settings(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Sqlite => None,
            Self::Postgres(cluster) => Some(("POLITY_DATABASE_URL", cluster.url())),
        }
    }

    /// Waits for nothing that the database would do by itself soon after it was filled.
    pub fn settle(&self) -> Result<()> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres(cluster) => cluster.vacuum(),
        }
    }

    /// What tells `bench-fill` where it is.
    pub fn arguments(&self, launch: &Launch) -> [String; 2] {
        match self {
            Self::Sqlite => {
                ["--sqlite".to_owned(), launch.data().join("polity.db").to_string_lossy().into_owned()]
            }
            Self::Postgres(cluster) => ["--postgres".to_owned(), cluster.url()],
        }
    }
}
