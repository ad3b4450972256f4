//! Setting limits.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::limits::{Changes, MOST};
use polity_domain::permissions::LIMITS_UPDATE;
use polity_store::Writer;

use super::get::above;
use super::view::{LimitsView, view};
use crate::if_match::document_etag;
use crate::{AppError, FieldError, IfMatch, Kind, Op};

/// Sets limits. Whoever may do so on the parent (for a tenant: on the root) says how much the organization
/// may have; its own people may ask for less, and raise that again as far as those above allow.
///
/// # Errors
/// 400 for a number out of bounds; 403 `limit_raise_denied` when the organization's own people ask for
/// more than those above allow; 412.
#[tracing::instrument(name = "limits.update", skip_all, fields(%organization))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    changes: Changes,
    if_match: &IfMatch,
) -> Result<LimitsView, AppError> {
    check(&changes)?;
    let (unit, from_above) = open(op, organization).await?;
    let (before, revision) = unit.limits().own().await?;
    if_match.check_tag(&document_etag(revision))?;
    let mut line = unit.limits().line().await?;
    let after = if from_above {
        before.grant(&changes, op.now())
    } else {
        before.impose(&line[1.min(line.len())..], &changes, op.now()).map_err(|raised| {
            let field = FieldError {
                field: format!("/limits/{}", raised.limited.as_str()),
                code: "limit_raise_denied",
                detail: raised.to_string(),
            };
            let detail = "Only those above the organization can raise this limit.";
            AppError { fields: vec![field], ..AppError::new(Kind::Forbidden, "limit_raise_denied", detail) }
        })?
    };
    line.iter_mut().take(1).for_each(|own| own.clone_from(&after));
    // Before the commit: after it nothing may fail.
    let shown = view(op, (after.clone(), revision), &line, unit.limits().usage(op.now()).await?).await?;
    if after == before {
        return Ok(shown);
    }
    let committed = unit.commit(Change::LimitsUpdated(Changed { before, after })).await?;
    Ok(LimitsView { revision: committed.row(), ..shown })
}

fn check(changes: &Changes) -> Result<(), AppError> {
    for (limited, limit) in changes {
        let bounds = limited.least()..=MOST;
        if limit.is_some_and(|limit| !bounds.contains(&limit)) {
            let detail = format!("must be from {} to {MOST}", limited.least());
            return Err(AppError::invalid(format!("/limits/{}", limited.as_str()), "invalid_value", detail));
        }
    }
    Ok(())
}

/// Opens the organization by the right on its parent, if the caller has it, else by the right on itself;
/// and whether it was by the parent's. For the root, its own people are those above.
async fn open(op: &Op, organization: OrganizationId) -> Result<(Writer, bool), AppError> {
    let principal = op.principal()?;
    let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
    let Some(parent) = above(&snapshot, organization) else {
        return Ok((op.write(LIMITS_UPDATE, organization).await?, true));
    };
    let judging = op.snapshot(parent).await?;
    let grants =
        judging.is_some_and(|judging| judging.permit(&principal, LIMITS_UPDATE, parent, op.moment()).is_ok());
    if !grants {
        return Ok((op.write(LIMITS_UPDATE, organization).await?, false));
    }
    let unit = op.write_at(LIMITS_UPDATE, parent, organization, &[]).await?;
    if above(unit.snapshot(), organization) == Some(parent) {
        Ok((unit, true))
    } else {
        Err(AppError::busy("the organization moved meanwhile"))
    }
}
