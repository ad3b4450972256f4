//! `GET {O}/policies/{policy_id}`

use polity_app::policies::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{PolicyBody, PolicyPath};

/// Get a policy
#[utoipa::path(get, path = "/organizations/{organization_id}/policies/{policy_id}", operation_id = "get_policy",
    tag = "Policies", params(PolicyPath),
    responses((status = 200, description = "The policy", body = PolicyBody), Problems))]
pub async fn get_policy(Caller(op): Caller, At(at): At<PolicyPath>) -> Result<Resource<PolicyBody>, Problem> {
    Ok(PolicyBody::resource(&get(&op, at.organization_id, at.policy_id).await?))
}
