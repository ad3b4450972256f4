//! `POST {O}/ownership-transfers/{ownership_transfer_id}/{accept,decline,cancel}`

use polity_app::members::ownership_transfers::{accept, cancel, decline};
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{OwnershipTransferBody, OwnershipTransferPath, resource};

/// Accept the ownership
///
/// For the member it was offered to: they are owner from then on, and who offered is an administrator.
#[utoipa::path(post, path = "/organizations/{organization_id}/ownership-transfers/{ownership_transfer_id}/accept",
    operation_id = "accept_ownership_transfer", tag = "Members", params(OwnershipTransferPath),
    responses((status = 200, description = "The offer, accepted", body = OwnershipTransferBody), Problems))]
pub async fn accept_ownership_transfer(
    Caller(op): Caller,
    At(at): At<OwnershipTransferPath>,
) -> Result<Resource<OwnershipTransferBody>, Problem> {
    Ok(resource(accept(&op, at.organization_id, at.ownership_transfer_id).await?))
}

/// Decline the ownership
///
/// For the member it was offered to: everything stays as it is.
#[utoipa::path(post, path = "/organizations/{organization_id}/ownership-transfers/{ownership_transfer_id}/decline",
    operation_id = "decline_ownership_transfer", tag = "Members", params(OwnershipTransferPath),
    responses((status = 200, description = "The offer, declined", body = OwnershipTransferBody), Problems))]
pub async fn decline_ownership_transfer(
    Caller(op): Caller,
    At(at): At<OwnershipTransferPath>,
) -> Result<Resource<OwnershipTransferBody>, Problem> {
    Ok(resource(decline(&op, at.organization_id, at.ownership_transfer_id).await?))
}

/// Take an offer of ownership back
///
/// For every owner.
#[utoipa::path(post, path = "/organizations/{organization_id}/ownership-transfers/{ownership_transfer_id}/cancel",
    operation_id = "cancel_ownership_transfer", tag = "Members", params(OwnershipTransferPath),
    responses((status = 200, description = "The offer, cancelled", body = OwnershipTransferBody), Problems))]
pub async fn cancel_ownership_transfer(
    Caller(op): Caller,
    At(at): At<OwnershipTransferPath>,
) -> Result<Resource<OwnershipTransferBody>, Problem> {
    Ok(resource(cancel(&op, at.organization_id, at.ownership_transfer_id).await?))
}
