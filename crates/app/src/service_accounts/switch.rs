//! Stopping a service account, and letting it work again.

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::SERVICE_ACCOUNTS_UPDATE;

use super::{ServiceAccountView, own};
use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Stops a service account: from the next request on it holds nothing, and its keys are good for nothing.
/// Like a key, it is stopped by whoever may, also if it holds more than they do.
///
/// # Errors
/// 404; 409 `wrong_state`; 412 when `if_match` is another version.
#[tracing::instrument(name = "service_accounts.disable", skip_all, fields(%organization, %id))]
pub async fn disable(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<ServiceAccountView>, AppError> {
    switch(op, organization, id, true, if_match, validate_only).await
}

/// Lets a disabled service account work again. It gives back all that it holds, so the caller must be able
/// to grant that.
///
/// # Errors
/// 403 `cannot_grant`; 404; 409 `wrong_state`; 412 when `if_match` is another version.
#[tracing::instrument(name = "service_accounts.enable", skip_all, fields(%organization, %id))]
pub async fn enable(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<ServiceAccountView>, AppError> {
    switch(op, organization, id, false, if_match, validate_only).await
}

async fn switch(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
    disabled: bool,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<ServiceAccountView>, AppError> {
    let unit = op.write(SERVICE_ACCOUNTS_UPDATE, organization).await?;
    let (before, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    if !disabled {
        unit.snapshot().may_take_account(&op.principal()?, id, organization, op.now())?;
    }
    let after = before.switch(disabled, op.now())?;
    let changed = Changed { before, after: after.clone() };
    let change = if disabled {
        Change::ServiceAccountDisabled(changed)
    } else {
        Change::ServiceAccountEnabled(changed)
    };
    let preview = carry_out(unit, vec![change], validate_only).await?;
    let revision = op.revision().map_or(revision, polity_store::Revision::row);
    Ok(outcome((after, revision), preview))
}
