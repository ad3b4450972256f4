//! `POST {O}/ownership-transfers`

use garde::Validate;
use polity_app::etag;
use polity_app::members::ownership_transfers::create;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::OwnershipTransferBody;
use crate::v1::common::{OrganizationPath, UserRef};

/// To whom the ownership is offered.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewOwnershipTransferBody {
    /// Another member, by id or resource name
    #[garde(skip)]
    user: UserRef,
}

/// Offer the ownership
///
/// To another member, for 14 days. Nothing changes until it is accepted: then the member is owner, and
/// the caller an administrator.
#[utoipa::path(post, path = "/organizations/{organization_id}/ownership-transfers",
    operation_id = "create_ownership_transfer", tag = "Members", params(OrganizationPath),
    request_body = NewOwnershipTransferBody,
    responses((status = 201, description = "The offer", body = OwnershipTransferBody), Problems))]
pub async fn create_ownership_transfer(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewOwnershipTransferBody>,
) -> Result<Created<OwnershipTransferBody>, Problem> {
    let (transfer, revision) = create(&op, at.organization_id, body.user.0).await?;
    let body = OwnershipTransferBody::from(transfer);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(revision)))
}
