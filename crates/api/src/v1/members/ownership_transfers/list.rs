//! `GET {O}/ownership-transfers`

use axum::Json;
use polity_app::members::ownership_transfers::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::OwnershipTransferBody;
use crate::v1::common::OrganizationPath;

/// A page of offers of ownership.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnershipTransferList {
    /// The offers
    ownership_transfers: Vec<OwnershipTransferBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// List offers of ownership
///
/// Newest first: all of them for those who may offer the ownership, their own for other members. Filter
/// by `id from_user to_user state expire_time create_time update_time`; order by
/// `create_time expire_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/ownership-transfers",
    operation_id = "list_ownership_transfers", tag = "Members", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of offers", body = OwnershipTransferList), Problems))]
pub async fn list_ownership_transfers(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<OwnershipTransferList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(OwnershipTransferList {
        ownership_transfers: page.items.into_iter().map(|(transfer, _)| transfer.into()).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
