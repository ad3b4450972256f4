//! What happened is on the record, and the record can be proven.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::people::People;
use super::stage::{each, holds};
use super::{merkle, show};

/// What an auditor keeps: the signed head of the log.
pub struct Kept {
    pub note: String,
    pub size: u64,
    /// Whose log it is.
    pub tree: String,
}

pub async fn tell(people: &People) -> Result<Kept> {
    show::title("The audit log");
    let (petra, contoso) = (&people.petra, &people.contoso);
    let filter = "kind=%22organization.*%22";
    let path = format!("{contoso}/audit-events?descendants=true&page_size=3&show_total=true&filter={filter}");
    let events = petra.get(&path).await?;
    ensure!(
        each(&events, "/audit_events", "/kind")
            == ["organization.undeleted", "organization.deleted", "organization.moved"],
        "the move should be the third last event"
    );
    let event = events.text("/audit_events/2/id")?;

    show::title("A checkpoint, and the proof that the move is in the log it signs");
    let checkpoint = petra.get(&format!("{contoso}/audit-log/checkpoint")).await?;
    let size = checkpoint.number("/tree_size")?;
    let path = format!("{contoso}/audit-log/inclusion-proof?event_id={event}&tree_size={size}");
    let proof = petra.get(&path).await?;
    holds(&proof, "/root_hash", &json!(checkpoint.text("/root_hash")?))?;
    merkle::verify(&proof).context("the inclusion proof")?;
    show::say(
        "Computed here, from the leaf and the proof's hashes (RFC 6962): the root is that of the checkpoint.",
    );
    Ok(Kept {
        note: checkpoint.text("/note")?.to_owned(),
        size,
        tree: checkpoint.text("/tree_id")?.to_owned(),
    })
}
