//! `PATCH {O}/invitations/{invitation_id}`

use garde::Validate;
use polity_app::etag;
use polity_app::invitations::{InvitationUpdate, update};
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{InvitationBody, InvitationPath};
use crate::v1::common::RoleRef;

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct InvitationPatch {
    /// The roles on joining, by id or resource name
    #[serde(default)]
    #[garde(inner(length(min = 1, max = 20)))]
    #[schema(min_items = 1, max_items = 20)]
    roles: Option<Vec<RoleRef>>,
    /// How long it stands from now on, in seconds
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 60, maximum = 2_592_000, example = 604_800)]
    ttl_seconds: Option<i64>,
}

/// Change a pending invitation
///
/// Whoever changes it vouches for it, and must be able to grant its roles.
#[utoipa::path(patch, path = "/organizations/{organization_id}/invitations/{invitation_id}",
    operation_id = "update_invitation", tag = "Invitations", params(InvitationPath), request_body = InvitationPatch,
    responses((status = 200, description = "The invitation as it is now", body = InvitationBody), Problems))]
pub async fn update_invitation(
    Caller(op): Caller,
    At(at): At<InvitationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<InvitationPatch>,
) -> Result<Resource<InvitationBody>, Problem> {
    let roles = body.roles.map(|roles| roles.into_iter().map(|role| role.0).collect());
    let change = InvitationUpdate { roles, ttl_seconds: body.ttl_seconds };
    let view = update(&op, at.organization_id, at.invitation_id, change, &if_match).await?;
    Ok(Resource::new(InvitationBody::from(&view)).etag(etag(view.revision)))
}
