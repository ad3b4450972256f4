//! The lists of `deny.toml` that are checked without cargo-deny.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::sh;

#[derive(Deserialize)]
pub struct Policy {
    pub graph: Graph,
    pub licenses: Licenses,
    pub bans: Bans,
    pub sources: Sources,
}

#[derive(Deserialize)]
pub struct Graph {
    /// The platforms Polity is built for; what only others need is left out.
    pub targets: Vec<String>,
}

#[derive(Deserialize)]
pub struct Licenses {
    pub allow: Vec<String>,
}

#[derive(Deserialize)]
pub struct Bans {
    pub deny: Vec<Ban>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Ban {
    #[serde(rename = "crate")]
    pub name: String,
    /// Not banned as such: only more than one version of it.
    #[serde(default)]
    pub deny_multiple_versions: bool,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sources {
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

impl Policy {
    /// Reads `deny.toml`.
    pub fn read() -> Result<Self> {
        let text = fs::read_to_string(sh::root().join("deny.toml")).context("cannot read deny.toml")?;
        toml::from_str(&text).context("deny.toml")
    }
}

impl Sources {
    /// Whether a package may come from there; cargo writes `registry+URL` and `git+URL?rev=…#…`.
    pub fn allows(&self, source: &str) -> bool {
        match source.split_once('+') {
            Some(("registry", url)) => self.allow_registry.iter().any(|allowed| allowed == url),
            Some(("git", url)) => {
                self.allow_git.iter().any(|allowed| url.split(['?', '#']).next() == Some(allowed.as_str()))
            }
            _ => false,
        }
    }
}
