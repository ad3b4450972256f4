//! The proof that an event is in the ledger.

use polity_domain::ids::{EventId, OrganizationId, TreeId};
use polity_domain::permissions::AUDIT_READ;
use polity_store::Reader;
use polity_store::ledger::{InclusionPath, PersonalRecord};
use serde_json::Value;

use super::view::take_hashes;
use crate::{AppError, Op};

/// Which leaf is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf {
    /// That of an event of the organization, or of one below it.
    Event(EventId),
    /// The one at a place of a ledger, whosever it is.
    At {
        /// Of which ledger; none: the one that the organization's events stand in now.
        tree: Option<TreeId>,
        /// Counted from 0.
        index: u64,
    },
}

/// The proof that a leaf is in a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The way from the leaf to the root.
    pub path: InclusionPath,
    /// The text that was hashed, for an event that was asked for by its id. Left out where it names what is
    /// kept of a key's secret.
    pub leaf: Option<String>,
    /// What is personal in the event and only committed to by the leaf, unless it was erased.
    pub personal: Option<PersonalRecord>,
}

/// The proof that a leaf is in its ledger, as it was with `tree_size` leaves (none: as it is). By its
/// place it reveals hashes only.
///
/// # Errors
/// 404 for an event or a ledger that the organization has no part in; 400 for a size that the ledger
/// never had, or that does not hold the leaf.
#[tracing::instrument(name = "audit.inclusion_proof", skip_all, fields(%organization))]
pub async fn inclusion_proof(
    op: &Op,
    organization: OrganizationId,
    leaf: Leaf,
    tree_size: Option<u64>,
) -> Result<Inclusion, AppError> {
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    match leaf {
        Leaf::Event(id) => {
            let below = op.reaches_below(&reader, AUDIT_READ)?;
            of_event(&reader, id, below, tree_size).await
        }
        Leaf::At { tree, index } => at(&reader, tree, index, tree_size).await,
    }
}

async fn of_event(
    reader: &Reader,
    id: EventId,
    below: bool,
    tree_size: Option<u64>,
) -> Result<Inclusion, AppError> {
    let Some(proof) = reader.ledger().inclusion(id, below, tree_size).await? else {
        reader.ledger().get(id, below).await?.ok_or_else(AppError::not_found)?;
        let detail = "must be a size of the ledger that the event is in";
        return Err(AppError::invalid("tree_size", "invalid_parameter", detail));
    };
    let mut read: Value = serde_json::from_str(&proof.leaf).map_err(AppError::internal)?;
    let (leaf, personal) =
        if take_hashes(&mut read) { (None, None) } else { (Some(proof.leaf), proof.personal) };
    Ok(Inclusion { path: proof.path, leaf, personal })
}

async fn at(
    reader: &Reader,
    tree: Option<TreeId>,
    index: u64,
    tree_size: Option<u64>,
) -> Result<Inclusion, AppError> {
    let tree = tree.unwrap_or_else(|| reader.snapshot().tree_id());
    let ledger = reader.ledger();
    let head = ledger.head(tree).await?.ok_or_else(AppError::not_found)?;
    if tree_size.is_some_and(|size| size > head.revision) {
        let detail = format!("must be at most {}, the size of the ledger", head.revision);
        return Err(AppError::invalid("tree_size", "invalid_parameter", detail));
    }
    let path = ledger.inclusion_at(tree, index, tree_size).await?;
    let path = path.ok_or_else(|| {
        let detail = "must be less than the size of the ledger that is asked about";
        AppError::invalid("leaf_index", "invalid_parameter", detail)
    })?;
    Ok(Inclusion { path, leaf: None, personal: None })
}
