//! Many invitations at once: one result a row, idempotent by address.

use polity_domain::ids::{InvitationId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::limits::Limited;
use polity_domain::permissions::{INVITATIONS_CREATE, INVITATIONS_REVOKE};
use polity_store::Writer;

use super::create::{NewInvitation, letter, prepare, spend, title_of};
use super::view::{InvitationView, views};
use crate::changes::Progress;
use crate::limits::{Room, room};
use crate::{AppError, Kind, Op};

/// Rows in one call.
pub const MAX_ROWS: usize = 1_000;

/// What became of one row.
pub enum BatchItem {
    /// It was done now.
    Done(Box<InvitationView>),
    /// An invitation for the address was pending already.
    Existing(Box<InvitationView>),
    /// It was refused; the others were not held up.
    Refused(AppError),
}

/// Invites many. A pending invitation for an address is given back as it is; what is refused does not
/// hold up the rest. All that is done is done in one transaction.
#[tracing::instrument(name = "invitations.batch_create", skip_all, fields(%organization, rows = rows.len()))]
pub async fn batch_create(
    op: &Op,
    organization: OrganizationId,
    rows: Vec<NewInvitation>,
) -> Result<Vec<BatchItem>, AppError> {
    check_size(rows.len(), "/invitations")?;
    let rows = affordable(op, organization, rows).await?;
    let mut progress = Progress::new(op.write(INVITATIONS_CREATE, organization).await?);
    let title = title_of(progress.unit());
    let mut room = room(progress.unit(), organization, Limited::InvitationsPending).await?;
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        let made = match row {
            Ok(row) => one(op, progress.unit(), &mut room, row).await?,
            Err(refusal) => Row::Refused(refusal),
        };
        if let Row::Done(invitation) = &made {
            progress = progress.record(Change::InvitationCreated(invitation.clone())).await?;
        }
        results.push(made);
    }
    if let Progress::Changed(recorded) = progress {
        recorded.commit().await?;
    }
    shown(op, &title, results).await
}

/// Counts the mails, before the unit whose lock the counters must not wait for. A row whose address has
/// had its share is refused; one whose invitation is pending sends no mail and counts none.
async fn affordable(
    op: &Op,
    organization: OrganizationId,
    rows: Vec<NewInvitation>,
) -> Result<Vec<Result<NewInvitation, AppError>>, AppError> {
    let reader = op.may(INVITATIONS_CREATE, organization).await?;
    let mut judged = Vec::with_capacity(rows.len());
    for row in rows {
        let pending = reader.invitations().pending_for(&row.email, row.workspace, op.now()).await?.is_some();
        let spent = if pending { Ok(()) } else { spend(op, &row.email).await };
        judged.push(match spent {
            Ok(()) => Ok(row),
            Err(error) if refusal(&error) => Err(error),
            Err(error) => return Err(error),
        });
    }
    Ok(judged)
}

/// One row: what is its own fault refuses it alone.
async fn one(op: &Op, unit: &Writer, room: &mut Room, row: NewInvitation) -> Result<Row, AppError> {
    if let Some(invitation) = unit.invitations().pending_for(&row.email, row.workspace, op.now()).await? {
        return Ok(Row::Existing(invitation));
    }
    match prepare(op, unit, room, row).await {
        Ok(invitation) => {
            unit.send(letter(op, &invitation)).await?;
            Ok(Row::Done(invitation))
        }
        Err(error) if refusal(&error) => Ok(Row::Refused(error)),
        Err(error) => Err(error),
    }
}

/// Takes many back. Each must be pending, or nothing is done.
#[tracing::instrument(name = "invitations.batch_delete", skip_all, fields(%organization, rows = ids.len()))]
pub async fn batch_delete(
    op: &Op,
    organization: OrganizationId,
    ids: Vec<InvitationId>,
) -> Result<(), AppError> {
    check_size(ids.len(), "/ids")?;
    let mut unit = op.write(INVITATIONS_REVOKE, organization).await?;
    let mut last = None;
    for id in ids {
        if let Some(change) = last.take() {
            unit.record(change).await?;
        }
        let (before, _) = unit.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
        let after = before.revoke(op.now())?;
        last = Some(Change::InvitationRevoked(Changed { before, after }));
    }
    if let Some(change) = last {
        unit.commit(change).await?;
    }
    Ok(())
}

enum Row {
    Done(polity_domain::invitations::Invitation),
    Existing(polity_domain::invitations::Invitation),
    Refused(AppError),
}

async fn shown(op: &Op, title: &str, rows: Vec<Row>) -> Result<Vec<BatchItem>, AppError> {
    let revision = op.revision().map_or(0, polity_store::Revision::row);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(match row {
            Row::Done(invitation) => BatchItem::Done(Box::new(only(op, title, invitation, revision).await?)),
            Row::Existing(invitation) => BatchItem::Existing(Box::new(only(op, title, invitation, 0).await?)),
            Row::Refused(error) => BatchItem::Refused(error),
        });
    }
    Ok(items)
}

async fn only(
    op: &Op,
    title: &str,
    invitation: polity_domain::invitations::Invitation,
    revision: i64,
) -> Result<InvitationView, AppError> {
    let mut shown = views(op, title, vec![(invitation, revision)]).await?;
    shown.pop().ok_or_else(|| AppError::internal("one invitation has one view"))
}

/// A row's own fault, not the whole call's.
fn refusal(error: &AppError) -> bool {
    matches!(error.kind, Kind::Invalid | Kind::Forbidden | Kind::Conflict | Kind::TooMany)
}

fn check_size(rows: usize, field: &str) -> Result<(), AppError> {
    if (1..=MAX_ROWS).contains(&rows) {
        Ok(())
    } else {
        Err(AppError::invalid(field, "invalid_value", format!("must hold 1 to {MAX_ROWS} rows")))
    }
}
