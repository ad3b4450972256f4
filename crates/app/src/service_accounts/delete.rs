//! Deleting a service account.

use polity_domain::api_keys::RevocationReason;
use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::SERVICE_ACCOUNTS_DELETE;
use polity_domain::roles::Principal;

use super::own;
use crate::changes::{carry_out, outcome};
use crate::groups::ending;
use crate::role_assignments::rights;
use crate::{AppError, IfMatch, Op, Outcome};

/// Deletes a service account: the roles that it holds and its places in groups end with it, and its keys are
/// revoked. The caller must be able to grant all that it holds; whoever may not can disable it.
///
/// # Errors
/// 403 `cannot_grant`; 404; 412 when `if_match` is another version.
#[tracing::instrument(name = "service_accounts.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(SERVICE_ACCOUNTS_DELETE, organization).await?;
    let (account, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    let principal = Principal::ServiceAccount(id);
    rights(&unit).may_change(&op.principal()?, &principal, organization, op.now())?;
    let mut changes = ending(&unit, &principal).await?;
    for before in unit.api_keys().of_service_account(id).await? {
        let after = before.revoke(RevocationReason::Other, op.now())?;
        changes.push(Change::ApiKeyRevoked(Changed { before, after }));
    }
    changes.push(Change::ServiceAccountDeleted(account));
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}
