//! Deleting a policy.

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::POLICIES_DELETE;

use crate::{AppError, IfMatch, Op};

/// Deletes a policy: what it forbade is allowed again, as far as roles allow it.
///
/// # Errors
/// 412 when `if_match` is another version.
#[tracing::instrument(name = "policies.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: PolicyId,
    if_match: &IfMatch,
) -> Result<(), AppError> {
    let unit = op.write(POLICIES_DELETE, organization).await?;
    let (policy, revision) = unit.policies().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    unit.commit(Change::PolicyDeleted(policy)).await?;
    Ok(())
}
