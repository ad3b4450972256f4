//! `GET {O}/policies/{policy_id}`

use polity_app::policies::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{PolicyBody, PolicyPath};

/// Get a policy
///
/// Its text, whether it is enforced, and what it would have denied while it was not. A policy of another organization is not
/// found here, also where it applies.
#[utoipa::path(get, path = "/organizations/{organization_id}/policies/{policy_id}", operation_id = "get_policy",
    tag = "Policies", params(PolicyPath),
    responses((status = 200, description = "The policy", body = PolicyBody), Problems))]
pub async fn get_policy(Caller(op): Caller, At(at): At<PolicyPath>) -> Result<Resource<PolicyBody>, Problem> {
    Ok(PolicyBody::resource(&get(&op, at.organization_id, at.policy_id).await?))
}
