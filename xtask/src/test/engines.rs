//! Which databases the tests run on. SQLite needs nothing; PostgreSQL is started, given, or missing.

use std::env;

use anyhow::{Result, bail};
use tokio::process::Command;

use crate::postgres::{Cluster, Durability, Tools};
use crate::sh;

/// Where the tests find PostgreSQL; unset, they run on SQLite alone.
pub const URL: &str = "POLITY_TEST_POSTGRES";

pub enum Engines {
    /// SQLite and a cluster of our own.
    Own(Cluster),
    /// SQLite and the server that `POLITY_TEST_POSTGRES` names already, as under `cargo xtask pg`.
    Given,
    /// SQLite alone, and why.
    SqliteOnly(String),
}

impl Engines {
    /// Starts what is needed. With `CI=true` a missing PostgreSQL is an error, else it is said and left out.
    pub fn start(sqlite_only: bool) -> Result<Self> {
        if sqlite_only {
            if sh::is_ci() {
                bail!("--sqlite-only is refused with CI=true: both engines are tested there");
            }
            return Ok(Self::SqliteOnly("--sqlite-only was given".to_owned()));
        }
        if env::var_os(URL).is_some() {
            return Ok(Self::Given);
        }
        match Tools::find_or_install() {
            Ok(tools) => {
                let cluster = Cluster::start(tools, Durability::Off)?;
                eprintln!("{}", cluster.describe());
                Ok(Self::Own(cluster))
            }
            Err(reason) if sh::is_ci() => bail!("{reason} (a missing part is a failure with CI=true)"),
            Err(reason) => {
                eprintln!("NOT TESTED on PostgreSQL: {reason}");
                Ok(Self::SqliteOnly(reason))
            }
        }
    }

    /// Tells the tests where PostgreSQL is.
    pub fn tell(&self, tests: &mut Command) {
        match self {
            Self::Own(cluster) => tests.env(URL, cluster.url()),
            Self::Given => tests,
            Self::SqliteOnly(_) => tests.env_remove(URL),
        };
    }

    /// For the summary.
    pub fn describe(&self) -> String {
        match self {
            Self::Own(cluster) => format!("SQLite and {}", cluster.describe()),
            Self::Given => format!("SQLite and the PostgreSQL that {URL} names"),
            Self::SqliteOnly(reason) => format!("SQLite only, NOT on PostgreSQL ({reason})"),
        }
    }
}
