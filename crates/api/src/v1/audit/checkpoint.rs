//! `GET {O}/audit-log/checkpoint`

use polity_app::audit::{SignedCheckpoint, checkpoint};
use polity_web::{At, Caller, Params, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::base64;
use crate::v1::common::{OrganizationPath, OrganizationRef};

/// Which ledger.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LedgerParams {
    /// The `tree_id` of an event of the organization, for one that came from another tree; absent: the
    /// ledger that its events stand in now.
    #[param(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q")]
    #[serde(default)]
    pub tree_id: Option<OrganizationRef>,
}

/// A signed head of a ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointBody {
    /// Whose ledger: the id of the tree's topmost organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    tree_id: String,
    /// The name of the ledger, and of its key
    #[schema(example = "polity.example/ledgers/org_01h455vb4pex5vsknk084sn02q")]
    origin: String,
    /// How many events it holds
    #[schema(example = 4711)]
    tree_size: u64,
    /// The root of the Merkle tree over them (RFC 6962), in base64
    #[schema(example = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")]
    root_hash: String,
    /// The checkpoint as a signed note (C2SP tlog-checkpoint). Keep it: later proofs are measured by it
    note: String,
    /// The key that verifies the note, as the note tools of Go and C2SP read it
    #[schema(example = "polity.example/ledgers/org_01h455vb4pex5vsknk084sn02q+1b2c3d4e+AQ…")]
    verifier_key: String,
}

impl From<SignedCheckpoint> for CheckpointBody {
    fn from(signed: SignedCheckpoint) -> Self {
        Self {
            tree_id: signed.tree_id.to_string(),
            origin: signed.origin,
            tree_size: signed.tree_size,
            root_hash: base64(signed.root_hash),
            note: signed.note,
            verifier_key: signed.verifier_key,
        }
    }
}

/// Get a checkpoint of the audit log
///
/// The signed size and root of the ledger, as it is now. Whoever keeps one can prove later that nothing
/// before it was changed or cut off.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-log/checkpoint",
    operation_id = "get_audit_checkpoint", tag = "Audit", params(OrganizationPath, LedgerParams),
    responses((status = 200, description = "The signed head of the ledger", body = CheckpointBody), Problems))]
pub async fn get_audit_checkpoint(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(ledger): Params<LedgerParams>,
) -> Result<Resource<CheckpointBody>, Problem> {
    let tree = ledger.tree_id.map(|tree| tree.0);
    Ok(Resource::new(checkpoint(&op, at.organization_id, tree).await?.into()))
}
