//! `cargo xtask config`: the committed configuration reference is what the binary prints.

use anyhow::Result;

use crate::{generated, sh};

/// Builds the binary, asks it for the reference and keeps it.
pub fn run(check: bool) -> Result<()> {
    sh::build()?;
    let reference = sh::stdout_of(sh::polity()?.arg("config-reference"))?;
    generated::keep("docs/configuration.md", &reference, check, "cargo xtask config")
}
