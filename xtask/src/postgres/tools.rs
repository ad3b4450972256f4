//! Finding PostgreSQL's programs, and installing them where that is possible.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{apt, sh};

/// Where Debian keeps the server's programs: outside `PATH`, a folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// One folder with the server's programs.
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Finds them, installing them if need be. `Err` is a sentence for people.
    pub fn find_or_install() -> Result<Self, String> {
        apt::find_or_install("PostgreSQL's server", &["postgresql"], Self::find)
    }

    fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(debian());
        let complete = |folder: &PathBuf| {
            ["initdb", "pg_ctl", "postgres", "vacuumdb"].iter().all(|name| folder.join(name).is_file())
        };
        folders.into_iter().find(complete).map(|folder| Self { folder })
    }

    /// One of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Which PostgreSQL this is, as `PostgreSQL 15.18`.
    pub fn version(&self) -> Result<String> {
        let said = sh::stdout_of(Command::new(self.program("postgres")).arg("--version"))?;
        let said = String::from_utf8(said).context("postgres --version")?;
        let number =
            said.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        Ok(format!("PostgreSQL {}", number.unwrap_or("of an unknown version")))
    }
}

/// Debian's folders, the newest version first.
fn debian() -> Vec<PathBuf> {
    let versions = fs::read_dir(Path::new(DEBIAN)).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut versions: Vec<PathBuf> = versions.collect();
    let number =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0);
    versions.sort_by_key(|path| std::cmp::Reverse(number(path)));
    versions.into_iter().map(|version| version.join("bin")).collect()
}
