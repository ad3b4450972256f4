//! `POST {O}/membership-requests/{membership_request_id}/{approve,deny,withdraw}`

use garde::Validate;
use polity_app::membership_requests::{approve, deny, withdraw};
use polity_web::{At, Body, Caller, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{MembershipRequestBody, MembershipRequestPath, resource};
use crate::v1::common::RoleRef;

/// As what to take them in.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApproveBody {
    /// The roles, by id or resource name; none: Member
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    roles: Vec<RoleRef>,
}

/// Approve a membership request
///
/// Who asked is a member then, and is told by mail. It takes `invitations.create`, and nobody gives a role with more
/// permissions than they hold.
#[utoipa::path(post, path = "/organizations/{organization_id}/membership-requests/{membership_request_id}/approve",
    operation_id = "approve_membership_request", tag = "Membership requests", params(MembershipRequestPath),
    request_body = ApproveBody,
    responses((status = 200, description = "The request, approved", body = MembershipRequestBody), Problems))]
pub async fn approve_membership_request(
    Caller(op): Caller,
    At(at): At<MembershipRequestPath>,
    Body(body): Body<ApproveBody>,
) -> Result<Resource<MembershipRequestBody>, Problem> {
    let roles = body.roles.into_iter().map(|role| role.0).collect();
    Ok(resource(&approve(&op, at.organization_id, at.membership_request_id, roles).await?))
}

/// Deny a membership request
///
/// Who asked is told by mail. It takes `invitations.create`.
#[utoipa::path(post, path = "/organizations/{organization_id}/membership-requests/{membership_request_id}/deny",
    operation_id = "deny_membership_request", tag = "Membership requests", params(MembershipRequestPath),
    responses((status = 200, description = "The request, denied", body = MembershipRequestBody), Problems))]
pub async fn deny_membership_request(
    Caller(op): Caller,
    At(at): At<MembershipRequestPath>,
) -> Result<Resource<MembershipRequestBody>, Problem> {
    Ok(resource(&deny(&op, at.organization_id, at.membership_request_id).await?))
}

/// Withdraw a membership request
///
/// For who made it.
#[utoipa::path(post, path = "/organizations/{organization_id}/membership-requests/{membership_request_id}/withdraw",
    operation_id = "withdraw_membership_request", tag = "Membership requests", params(MembershipRequestPath),
    responses((status = 200, description = "The request, withdrawn", body = MembershipRequestBody), Problems))]
pub async fn withdraw_membership_request(
    Caller(op): Caller,
    At(at): At<MembershipRequestPath>,
) -> Result<Resource<MembershipRequestBody>, Problem> {
    Ok(resource(&withdraw(&op, at.organization_id, at.membership_request_id).await?))
}
