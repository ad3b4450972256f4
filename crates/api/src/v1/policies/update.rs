//! `PATCH {O}/policies/{policy_id}`

use garde::Validate;
use polity_app::policies::{PolicyUpdate, update};
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{PolicyBody, PolicyMode, PolicyPath};

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PolicyPatch {
    /// The display name
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 120, example = "Nobody is removed by night")]
    title: Option<String>,
    /// Whether it is enforced
    #[serde(default)]
    #[schema(nullable = false)]
    mode: Option<PolicyMode>,
    /// One or more `forbid` statements in Cedar, at most 8 KiB
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 8192,
        example = "forbid (principal, action == Action::\"members.remove\", resource);"
    )]
    text: Option<String>,
}

/// Change a policy
///
/// It holds as it is now with the answer. What it would have denied in `SHADOW` is counted anew.
#[utoipa::path(patch, path = "/organizations/{organization_id}/policies/{policy_id}",
    operation_id = "update_policy", tag = "Policies", params(PolicyPath), request_body = PolicyPatch,
    responses((status = 200, description = "The policy as it is now", body = PolicyBody), Problems))]
pub async fn update_policy(
    Caller(op): Caller,
    At(at): At<PolicyPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<PolicyPatch>,
) -> Result<Resource<PolicyBody>, Problem> {
    let change = PolicyUpdate { title: body.title, mode: body.mode.map(Into::into), text: body.text };
    let view = update(&op, at.organization_id, at.policy_id, change, &if_match).await?;
    Ok(PolicyBody::resource(&view))
}
