//! The signed head of a ledger: whoever keeps one can prove later what was rewritten or cut off.

use ed25519_dalek::SigningKey;
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::ledger::checkpoint::{Checkpoint, verifier_key};
use polity_domain::ledger::merkle::Hash;
use polity_domain::permissions::AUDIT_READ;

use crate::{AppError, Op};

/// A signed head of a ledger (<https://c2sp.org/tlog-checkpoint>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// Whose ledger.
    pub tree_id: TreeId,
    /// The name of the ledger, which is also that of the key.
    pub origin: String,
    /// How many leaves it has.
    pub tree_size: u64,
    /// The root of the tree over them.
    pub root_hash: Hash,
    /// The note: origin, size, root and signature.
    pub note: String,
    /// The key that verifies it, as the note tools of Go and C2SP read it.
    pub verifier_key: String,
}

/// The signed head of the ledger that an organization's events stand in now, or of another one that
/// holds events of it.
///
/// # Errors
/// 404 for a ledger that the organization has no part in.
#[tracing::instrument(name = "audit.checkpoint", skip_all, fields(%organization))]
pub async fn checkpoint(
    op: &Op,
    organization: OrganizationId,
    tree: Option<TreeId>,
) -> Result<SignedCheckpoint, AppError> {
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    let tree_id = tree.unwrap_or_else(|| reader.snapshot().tree_id());
    let head = reader.ledger().head(tree_id).await?.ok_or_else(AppError::not_found)?;
    let origin = origin(&op.settings().public_url, tree_id);
    let key = SigningKey::from_bytes(&op.app().secrets.ledger_signing_seed());
    let checkpoint = Checkpoint::new(&origin, head.revision, head.root_hash).map_err(AppError::internal)?;
    Ok(SignedCheckpoint {
        tree_id,
        tree_size: head.revision,
        root_hash: head.root_hash,
        note: checkpoint.sign(&origin, &key).map_err(AppError::internal)?,
        verifier_key: verifier_key(&origin, &key.verifying_key()).map_err(AppError::internal)?,
        origin,
    })
}

/// The name of a ledger: a URL without its scheme, as C2SP asks.
fn origin(public_url: &str, tree: TreeId) -> String {
    let place = public_url.split_once("://").map_or(public_url, |(_, place)| place);
    format!("{}/ledgers/{tree}", place.trim_end_matches('/'))
}

/// Whether the store's ledgers still contain what a checkpoint says: none when they do, else what is
/// wrong. For the operator, who holds the key.
pub async fn verify_checkpoint(
    store: &polity_store::Store,
    secrets: &crate::secrets::Secrets,
    note: &str,
) -> Result<Option<String>, AppError> {
    let key = SigningKey::from_bytes(&secrets.ledger_signing_seed()).verifying_key();
    let origin = note.lines().next().unwrap_or_default();
    let checkpoint = match Checkpoint::parse_and_verify(note, origin, &key) {
        Ok(checkpoint) if checkpoint.origin() == origin => checkpoint,
        Ok(_) => return Ok(Some("the checkpoint names two ledgers".to_owned())),
        Err(error) => return Ok(Some(error.to_string())),
    };
    let tree = origin.rsplit_once("/ledgers/").and_then(|(_, tree)| tree.parse::<TreeId>().ok());
    let Some(tree) = tree else { return Ok(Some("the checkpoint names no ledger of Polity".to_owned())) };
    let root = store.ledger_root_at(tree, checkpoint.size()).await?;
    Ok(match root {
        Some(root) if root == checkpoint.root() => None,
        Some(_) => Some("the ledger was rewritten since: its root at that size is another".to_owned()),
        None => Some("the ledger was cut off since: it is shorter now".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_the_public_url_without_its_scheme() {
        let name = origin("https://polity.example/", OrganizationId::ROOT);
        assert_eq!(name, "polity.example/ledgers/org_00000000000000000000000000");
    }
}
