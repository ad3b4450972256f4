//! `polity doctor`: proves, without the service, that the ledgers are whole and that the tables say
//! what they say.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context, Result, bail};
use polity_domain::ledger::leaf::hex;
use polity_store::ledger::TreeReport;
use serde_json::json;

use crate::cli::Doctor;
use crate::config::Config;
use crate::wire;

/// Verifies every tree. With a checkpoint, also that its ledger still contains what it says.
pub async fn doctor(config: &Config, wanted: &Doctor) -> Result<()> {
    let opened = wire::open(config, false).await?;
    let secrets = wire::secrets(config, &opened.store).await?;
    let mut reports = Vec::new();
    for tree in opened.store.tree_ids().await? {
        reports.extend(opened.store.verify_tree(tree, |_| {}).await?);
    }
    if let Some(path) = &wanted.checkpoint {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let found = polity_app::audit::verify_checkpoint(&opened.store, &secrets, &text).await?;
        if let Some(problem) = found {
            bail!("{}: {problem}", path.display());
        }
    }
    opened.store.close().await;
    let text = if wanted.json { as_json(&reports)? } else { as_text(&reports)? };
    std::io::stdout().write_all(text.as_bytes())?;
    let problems: usize = reports.iter().map(|report| report.problems.len()).sum();
    if problems > 0 {
        bail!("{problems} problems were found");
    }
    Ok(())
}

fn as_text(reports: &[TreeReport]) -> Result<String> {
    let mut text = String::new();
    for report in reports {
        let verdict = if report.problems.is_empty() { "whole" } else { "NOT WHOLE" };
        writeln!(
            text,
            "{}  {verdict}  {} events, root {}",
            report.tree_id,
            report.revision,
            hex(&report.root)
        )?;
        for problem in &report.problems {
            writeln!(text, "  {problem}")?;
        }
    }
    writeln!(text, "{} ledgers verified", reports.len())?;
    Ok(text)
}

fn as_json(reports: &[TreeReport]) -> Result<String> {
    let trees: Vec<_> = reports
        .iter()
        .map(|report| {
            json!({
                "tree": report.tree_id,
                "revision": report.revision,
                "root": hex(&report.root),
                "erased": report.erased,
                "problems": report.problems,
            })
        })
        .collect();
    Ok(serde_json::to_string_pretty(&json!({ "trees": trees }))? + "\n")
}
