//! `cargo xtask spec`: the committed OpenAPI document is what the binary prints, byte for byte.

use anyhow::Result;

use crate::{generated, sh};

/// The committed document.
pub const DOCUMENT: &str = "openapi/openapi.json";

/// Builds the binary, asks it for the document and keeps it.
pub fn run(check: bool) -> Result<()> {
    sh::build()?;
    let document = sh::stdout_of(sh::polity()?.arg("openapi"))?;
    generated::keep(DOCUMENT, &document, check, "cargo xtask spec")
}
