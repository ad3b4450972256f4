//! Making a workspace.

use std::collections::BTreeMap;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::permissions::WORKSPACES_CREATE;
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};
use polity_store::Writer;

use super::fields::{NewWorkspace, free_slug};
use super::view::WorkspaceView;
use crate::limits::room;
use crate::{AppError, Op};

/// How many workspaces of an organization can live: they are kept in memory.
const MOST: usize = 10_000;

/// Makes a workspace of an organization.
///
/// # Errors
/// 400 for each field that is wrong; 409 `slug_taken`, `limit_reached`, `limit_exceeded`.
#[tracing::instrument(name = "workspaces.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewWorkspace,
) -> Result<WorkspaceView, AppError> {
    new.check()?;
    let unit = op.write(WORKSPACES_CREATE, organization).await?;
    let workspace = compose(op, &unit, new).await?;
    let revision = unit.commit(Change::WorkspaceCreated(workspace.clone())).await?;
    Ok((workspace, revision.row()).into())
}

/// The workspace that is to be made. Its fields are checked.
pub(super) async fn compose(op: &Op, unit: &Writer, new: NewWorkspace) -> Result<Workspace, AppError> {
    check_room(unit).await?;
    let slug = match new.slug {
        Some(slug) => slug,
        None => free_slug(op, unit, &new.title).await?,
    };
    Ok(Workspace {
        id: WorkspaceId::from_uuid(op.new_id()),
        organization_id: unit.organization(),
        title: new.title,
        slug,
        description: new.description,
        labels: new.labels,
        preferences: WorkspacePreferences::default(),
        settings: BTreeMap::new(),
        state: WorkspaceState::Active,
        create_time: op.now(),
        update_time: op.now(),
    })
}

/// There is room for one more.
pub(super) async fn check_room(unit: &Writer) -> Result<(), AppError> {
    let organization = unit.organization();
    if unit.snapshot().count_workspaces(organization) < MOST {
        return room(unit, organization, Limited::Workspaces).await?.take();
    }
    let detail = format!("An organization has at most {MOST} living workspaces.");
    Err(AppError::conflict("limit_reached", detail))
}
