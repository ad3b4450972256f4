//! `PATCH {O}/limits`

use garde::Validate;
use polity_app::limits::update;
use polity_domain::limits::{Changes, Limited};
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::LimitsBody;
use crate::v1::common::OrganizationPath;

/// What to set.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LimitsPatch {
    /// The limits to set; what is absent stays as it is, and `null` takes away
    #[garde(dive)]
    limits: LimitsPatchFields,
}

/// Limits to set; what is absent stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LimitsPatchFields {
    /// Members of the organization itself
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 1_000_000_000, example = 50)]
    members: Maybe<u64>,
    /// Children that are not deleted
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 1_000_000_000, example = 10)]
    children: Maybe<u64>,
    /// Workspaces
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 1_000_000_000, example = 10)]
    workspaces: Maybe<u64>,
    /// Keys that are neither revoked nor expired
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 1_000_000_000, example = 20)]
    api_keys: Maybe<u64>,
    /// Groups
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 1_000_000_000, example = 20)]
    groups: Maybe<u64>,
    /// Invitations that wait for an answer
    #[serde(default)]
    #[schema(value_type = Option<u64>, minimum = 0, maximum = 1_000_000_000, example = 100)]
    invitations_pending: Maybe<u64>,
}

impl From<LimitsPatchFields> for Changes {
    fn from(fields: LimitsPatchFields) -> Self {
        let named = [
            (Limited::Members, fields.members),
            (Limited::Children, fields.children),
            (Limited::Workspaces, fields.workspaces),
            (Limited::ApiKeys, fields.api_keys),
            (Limited::Groups, fields.groups),
            (Limited::InvitationsPending, fields.invitations_pending),
        ];
        named.into_iter().filter_map(|(limited, limit)| Some((limited, limit.change()?))).collect()
    }
}

/// Set an organization's limits
///
/// Whoever holds `limits.update` on the parent (for a tenant: on the root) says how much the organization
/// may have (`granted`). With the permission on the organization alone, one sets its own (`own`), never above
/// what those above allow (403 `limit_raise_denied`). What counts is the smallest number that is set on the
/// organization or anywhere above it. What there is already stays.
#[utoipa::path(patch, path = "/organizations/{organization_id}/limits", operation_id = "update_organization_limits",
    tag = "Organizations", params(OrganizationPath), request_body = LimitsPatch,
    responses((status = 200, description = "The limits as they are now", body = LimitsBody), Problems))]
pub async fn update_organization_limits(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<LimitsPatch>,
) -> Result<Resource<LimitsBody>, Problem> {
    Ok(LimitsBody::resource(&update(&op, at.organization_id, body.limits.into(), &if_match).await?))
}
