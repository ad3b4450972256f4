//! The packages that Cargo.lock brings in, from `cargo metadata`.

use std::collections::HashSet;
use std::fmt;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::sh;

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    /// `None` for the workspace's own.
    pub source: Option<String>,
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Identified>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
    #[serde(flatten)]
    package: Package,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// All packages that are needed on one of `targets`, for building, running or testing.
pub fn packages(targets: &[String]) -> Result<Vec<Package>> {
    let mut metadata = sh::cargo(&["metadata", "--format-version", "1", "--locked"]);
    for target in targets {
        metadata.args(["--filter-platform", target]);
    }
    let metadata: Metadata =
        serde_json::from_slice(&sh::stdout_of(&mut metadata)?).context("cargo metadata's answer")?;
    let needed: HashSet<String> = metadata.resolve.nodes.into_iter().map(|node| node.id).collect();
    let packages = metadata.packages.into_iter().filter(|identified| needed.contains(&identified.id));
    Ok(packages.map(|identified| identified.package).collect())
}
