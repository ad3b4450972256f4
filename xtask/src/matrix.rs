//! `cargo xtask matrix`: the committed table role × action is what the domain's `matrix` example prints.

use anyhow::Result;

use crate::{generated, sh};

/// Builds the example, runs it and keeps its table.
pub fn run(check: bool) -> Result<()> {
    sh::build()?;
    let table = sh::stdout_of(&mut sh::example("matrix")?)?;
    generated::keep("docs/matrix.md", &table, check, "cargo xtask matrix")
}
