//! `polity openapi`

use std::io::Write;

use anyhow::Result;

/// Prints the OpenAPI document: the bytes that the server gives and that are committed.
pub fn openapi() -> Result<()> {
    let text = polity_api::document_text()?;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
