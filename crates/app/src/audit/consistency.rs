//! The proof that a ledger has only grown.

use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::AUDIT_READ;
use polity_store::ledger::ConsistencyProof;

use crate::{AppError, Op};

/// The proof that a ledger with `from` leaves is the beginning of itself with `to` (none: as it is). It
/// reveals hashes only.
///
/// # Errors
/// 404 for a ledger that the organization has no part in; 400 for sizes out of order or range.
#[tracing::instrument(name = "audit.consistency_proof", skip_all, fields(%organization))]
pub async fn consistency_proof(
    op: &Op,
    organization: OrganizationId,
    tree: Option<TreeId>,
    from: u64,
    to: Option<u64>,
) -> Result<ConsistencyProof, AppError> {
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    let tree = tree.unwrap_or_else(|| reader.snapshot().tree_id());
    let head = reader.ledger().head(tree).await?.ok_or_else(AppError::not_found)?;
    let invalid = |parameter: &str, detail| AppError::invalid(parameter, "invalid_parameter", detail);
    let to = to.unwrap_or(head.revision);
    if to > head.revision {
        return Err(invalid("to", format!("must be at most {}, the size of the ledger", head.revision)));
    }
    if from > to {
        return Err(invalid("from", format!("must be at most {to}, the size it is compared with")));
    }
    reader.ledger().consistency(tree, from, Some(to)).await?.ok_or_else(AppError::not_found)
}
