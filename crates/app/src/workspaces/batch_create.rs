//! Making many workspaces at once.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::WORKSPACES_CREATE;

use super::create::compose;
use super::fields::NewWorkspace;
use super::view::WorkspaceView;
use crate::changes::{Progress, at_row};
use crate::{AppError, Op};

/// Rows in one call.
const MAX_ROWS: usize = 100;

/// Makes many workspaces in one transaction, all or none.
///
/// # Errors
/// As [`super::create`], with the row in the field.
#[tracing::instrument(name = "workspaces.batch_create", skip_all, fields(%organization, rows = rows.len()))]
pub async fn batch_create(
    op: &Op,
    organization: OrganizationId,
    rows: Vec<NewWorkspace>,
) -> Result<Vec<WorkspaceView>, AppError> {
    let at = |row| move |error: AppError| at_row(error, "/workspaces", row);
    if !(1..=MAX_ROWS).contains(&rows.len()) {
        let detail = format!("must hold 1 to {MAX_ROWS} rows");
        return Err(AppError::invalid("/workspaces", "invalid_value", detail));
    }
    rows.iter().enumerate().try_for_each(|(row, new)| new.check().map_err(at(row)))?;
    let mut progress = Progress::new(op.write(WORKSPACES_CREATE, organization).await?);
    let mut made = Vec::with_capacity(rows.len());
    for (row, new) in rows.into_iter().enumerate() {
        let workspace = compose(op, progress.unit(), new).await.map_err(at(row))?;
        progress = progress.record(Change::WorkspaceCreated(workspace.clone())).await.map_err(at(row))?;
        made.push((workspace, progress.unit().revision().row()));
    }
    if let Progress::Changed(recorded) = progress {
        recorded.commit().await?;
    }
    Ok(made.into_iter().map(WorkspaceView::from).collect())
}
