//! `GET {O}/audit-log/inclusion-proof`

use polity_app::audit::{Inclusion, Leaf, inclusion_proof};
use polity_domain::ids::EventId;
use polity_web::{At, Caller, Params, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::base64;
use super::checkpoint::LedgerParams;
use crate::v1::common::OrganizationPath;

/// Which leaf, in a ledger of which size.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InclusionParams {
    /// An event of the organization or of one below it; or else give `leaf_index`.
    #[param(value_type = Option<String>, example = "evt_01h455vb4pex5vsknk084sn02q")]
    #[serde(default)]
    event_id: Option<EventId>,
    /// A place in the ledger, counted from 0: a revision less 1.
    #[serde(default)]
    leaf_index: Option<u64>,
    /// The size of the ledger that the proof is about: that of a checkpoint; absent: as it is now.
    #[serde(default)]
    tree_size: Option<u64>,
}

impl InclusionParams {
    fn leaf(&self, ledger: &LedgerParams) -> Result<Leaf, Problem> {
        match (self.event_id, self.leaf_index) {
            (Some(id), None) => Ok(Leaf::Event(id)),
            (None, Some(index)) => Ok(Leaf::At { tree: ledger.tree_id.map(|tree| tree.0), index }),
            _ => {
                let detail = "exactly one of event_id and leaf_index is needed";
                Err(Problem::field("event_id", "missing_parameter", detail))
            }
        }
    }
}

/// The proof that a leaf is in a ledger (RFC 6962, section 2.1.1). Hashes are in base64.
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionProofBody {
    /// Whose ledger: the id of the tree's topmost organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    tree_id: String,
    /// The place of the leaf, counted from 0
    #[schema(example = 4710)]
    leaf_index: u64,
    /// The size of the ledger that the proof is about
    #[schema(example = 4711)]
    tree_size: u64,
    /// The hash of the leaf: SHA-256 of a zero byte and the leaf
    leaf_hash: String,
    /// The root of the tree of that size
    root_hash: String,
    /// The siblings on the way from the leaf to the root
    hashes: Vec<String>,
    /// The text that was hashed, verbatim; for an event by its id, unless it names the hash of a secret
    #[serde(skip_serializing_if = "Option::is_none")]
    leaf: Option<String>,
    /// What concerns persons: `personal_sha256` in the leaf is the SHA-256 of salt and text
    #[serde(skip_serializing_if = "Option::is_none")]
    personal: Option<PersonalBody>,
}

/// What concerns persons in an event. The leaf only commits to it, so that it can be erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonalBody {
    /// The salt, in base64
    salt: String,
    /// The fields by JSON pointer, verbatim
    text: String,
}

impl From<Inclusion> for InclusionProofBody {
    fn from(proof: Inclusion) -> Self {
        let path = proof.path;
        Self {
            tree_id: path.tree_id.to_string(),
            leaf_index: path.leaf_index,
            tree_size: path.tree_size,
            leaf_hash: base64(path.leaf_hash),
            root_hash: base64(path.root_hash),
            hashes: path.hashes.iter().map(base64).collect(),
            leaf: proof.leaf,
            personal: proof
                .personal
                .map(|beside| PersonalBody { salt: base64(beside.salt), text: beside.text }),
        }
    }
}

/// Prove that an event is in the audit log
///
/// By `event_id` with the text that was hashed, or by `leaf_index` with hashes only. The root is that of
/// a checkpoint of the same size.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-log/inclusion-proof",
    operation_id = "get_audit_inclusion_proof", tag = "Audit",
    params(OrganizationPath, InclusionParams, LedgerParams),
    responses((status = 200, description = "The proof", body = InclusionProofBody), Problems))]
pub async fn get_audit_inclusion_proof(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<InclusionParams>,
    Params(ledger): Params<LedgerParams>,
) -> Result<Resource<InclusionProofBody>, Problem> {
    let leaf = params.leaf(&ledger)?;
    Ok(Resource::new(inclusion_proof(&op, at.organization_id, leaf, params.tree_size).await?.into()))
}
