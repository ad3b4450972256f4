//! `cargo xtask spec-lint`: the OpenAPI document passes Redocly's and Spectral's rules (`openapi/redocly.yaml`,
//! `openapi/spectral.yaml`). The linters come from the npm registry, into the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::spec::DOCUMENT;
use crate::{apt, sh};

const LINTERS: [&str; 2] = ["@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3"];

/// What the linters need: Node.js 20.19 or newer of its line, or 22 and up.
const NODE: (u32, u32) = (20, 19);

/// Lints the committed document. Without Node.js that is left out with a word, or a failure with `CI=true`.
pub fn run() -> Result<()> {
    let what = format!("Node.js ({}.{} or newer) with npm", NODE.0, NODE.1);
    if let Err(reason) = apt::find_or_install(&what, &["nodejs", "npm"], node) {
        if sh::is_ci() {
            bail!("{reason} (a missing part is a failure with CI=true)");
        }
        eprintln!("NOT LINTED: {reason}");
        return Ok(());
    }
    let programs = install()?;
    sh::run(
        linter(&programs.join("redocly"))
            .args(["lint", "--config", "openapi/redocly.yaml", "--format", "stylish", DOCUMENT])
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
    )?;
    sh::run(linter(&programs.join("spectral")).args([
        "lint",
        "--ruleset",
        "openapi/spectral.yaml",
        "--fail-severity",
        "error",
        DOCUMENT,
    ]))
}

fn linter(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(sh::root()).stdin(Stdio::null());
    command
}

/// Installs the linters unless these very versions are there, and says where their programs are.
fn install() -> Result<PathBuf> {
    let folder = sh::target_folder()?.join("node-tools");
    let marker = folder.join("installed");
    let wanted = LINTERS.join("\n");
    if fs::read_to_string(&marker).ok().as_deref() != Some(wanted.as_str()) {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
        sh::run(npm.arg("--prefix").arg(&folder).args(LINTERS).stdin(Stdio::null()))?;
        fs::write(&marker, wanted).context("cannot write the marker of what is installed")?;
    }
    Ok(folder.join("node_modules/.bin"))
}

/// `Some` when a Node.js that is new enough and npm are there.
fn node() -> Option<()> {
    sh::find("npm")?;
    let output = Command::new(sh::find("node")?).arg("--version").output().ok()?;
    (version(&String::from_utf8(output.stdout).ok()?)? >= NODE).then_some(())
}

/// `v20.20.2` as (20, 20).
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{NODE, version};

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        assert!(version("v18.20.4\n").unwrap() < NODE);
        assert!(version("v20.20.2\n").unwrap() >= NODE);
        assert!(version("v24.0.0\n").unwrap() >= NODE);
        assert_eq!(version("node"), None);
    }
}
