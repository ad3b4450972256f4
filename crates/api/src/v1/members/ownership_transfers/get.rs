//! `GET {O}/ownership-transfers/{ownership_transfer_id}`

use polity_app::members::ownership_transfers::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{OwnershipTransferBody, OwnershipTransferPath, resource};

/// Get an offer of ownership
///
/// For those who may offer the ownership, and for the two whom it concerns.
#[utoipa::path(get, path = "/organizations/{organization_id}/ownership-transfers/{ownership_transfer_id}",
    operation_id = "get_ownership_transfer", tag = "Members", params(OwnershipTransferPath),
    responses((status = 200, description = "The offer", body = OwnershipTransferBody), Problems))]
pub async fn get_ownership_transfer(
    Caller(op): Caller,
    At(at): At<OwnershipTransferPath>,
) -> Result<Resource<OwnershipTransferBody>, Problem> {
    Ok(resource(get(&op, at.organization_id, at.ownership_transfer_id).await?))
}
