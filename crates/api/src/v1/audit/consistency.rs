//! `GET {O}/audit-log/consistency-proof`

use polity_app::audit::{ConsistencyProof, consistency_proof};
use polity_web::{At, Caller, Params, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::base64;
use super::checkpoint::LedgerParams;
use crate::v1::common::OrganizationPath;

/// Between which sizes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyParams {
    /// The size of the older checkpoint.
    #[param(example = 4000)]
    from: u64,
    /// The size of the newer one; absent: as it is now.
    #[serde(default)]
    to: Option<u64>,
}

/// The proof that a ledger has only grown (RFC 6962, section 2.1.2). Hashes are in base64.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyProofBody {
    /// Whose ledger: the id of the tree's topmost organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    tree_id: String,
    /// The older size
    #[schema(example = 4000)]
    from: u64,
    /// The newer size
    #[schema(example = 4711)]
    to: u64,
    /// The root of the tree of the older size
    from_root_hash: String,
    /// The root of the tree of the newer size
    to_root_hash: String,
    /// The proof
    hashes: Vec<String>,
}

impl From<ConsistencyProof> for ConsistencyProofBody {
    fn from(proof: ConsistencyProof) -> Self {
        Self {
            tree_id: proof.tree_id.to_string(),
            from: proof.old_size,
            to: proof.new_size,
            from_root_hash: base64(proof.old_root),
            to_root_hash: base64(proof.new_root),
            hashes: proof.hashes.iter().map(base64).collect(),
        }
    }
}

/// Prove that the audit log has only grown
///
/// That the ledger of the older size is the beginning of the ledger of the newer size: nothing was
/// changed or cut off in between.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-log/consistency-proof",
    operation_id = "get_audit_consistency_proof", tag = "Audit",
    params(OrganizationPath, ConsistencyParams, LedgerParams),
    responses((status = 200, description = "The proof", body = ConsistencyProofBody), Problems))]
pub async fn get_audit_consistency_proof(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ConsistencyParams>,
    Params(ledger): Params<LedgerParams>,
) -> Result<Resource<ConsistencyProofBody>, Problem> {
    let tree = ledger.tree_id.map(|tree| tree.0);
    let proof = consistency_proof(&op, at.organization_id, tree, params.from, params.to).await?;
    Ok(Resource::new(proof.into()))
}
