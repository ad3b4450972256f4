//! Installing what a machine lacks, where that can be done without asking: as root, on Debian.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::sh;

/// Looks for something; when it is not there, installs Debian's `packages` and looks again.
/// `Err` is a sentence for people: what is missing and why it could not be installed.
pub fn find_or_install<T>(what: &str, packages: &[&str], look: impl Fn() -> Option<T>) -> Result<T, String> {
    if let Some(found) = look() {
        return Ok(found);
    }
    let list = packages.join(" ");
    if sh::find("apt-get").is_none() {
        return Err(format!("{what} is not installed, and this is not Debian: install it by hand"));
    }
    if !sh::is_root() {
        return Err(format!("{what} is not installed: `sudo apt-get install {list}` would install it"));
    }
    eprintln!("{what} is not installed: installing {list} with apt-get");
    if let Err(error) = install(packages) {
        return Err(format!("{what} is not installed, and apt-get could not install {list}: {error:#}"));
    }
    look().ok_or_else(|| format!("{what} is still not found after apt-get installed {list}"))
}

fn install(packages: &[&str]) -> Result<()> {
    sh::run(apt_get().args(["-q", "update"]))?;
    sh::run(apt_get().args(["-q", "install", "-y", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}
