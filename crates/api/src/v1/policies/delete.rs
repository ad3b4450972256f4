//! `DELETE {O}/policies/{policy_id}`

use polity_app::policies::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::PolicyPath;

/// Delete a policy
///
/// What it forbade is allowed again, as far as roles allow it.
#[utoipa::path(delete, path = "/organizations/{organization_id}/policies/{policy_id}",
    operation_id = "delete_policy", tag = "Policies", params(PolicyPath),
    responses((status = 204, description = "It is deleted"), Problems))]
pub async fn delete_policy(
    Caller(op): Caller,
    At(at): At<PolicyPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    delete(&op, at.organization_id, at.policy_id, &if_match).await?;
    Ok(NoContent)
}
