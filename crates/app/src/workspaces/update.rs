//! Changing a workspace's fields.

use std::collections::BTreeMap;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::check_labels;
use polity_domain::permissions::{Action, WORKSPACES_UPDATE, Write};
use polity_domain::text::{Slug, Title};
use polity_domain::workspaces::Workspace;
use polity_store::Writer;

use super::fields::check_description;
use super::view::WorkspaceView;
use crate::organizations::Faults;
use crate::{AppError, IfMatch, Op};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceUpdate {
    /// The display name.
    pub title: Option<String>,
    /// The name in URLs.
    pub slug: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Labels to set, and (none) to take away; the others stay.
    pub labels: BTreeMap<String, Option<String>>,
}

/// Changes a workspace's fields.
///
/// # Errors
/// 400 for each field that is wrong; 409 `slug_taken`; 412 when `if_match` is another version.
#[tracing::instrument(name = "workspaces.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    update: WorkspaceUpdate,
    if_match: &IfMatch,
) -> Result<WorkspaceView, AppError> {
    let opened = open(op, WORKSPACES_UPDATE, organization, id, if_match).await?;
    let after = update.apply(&opened.before)?;
    opened.change(op, after).await
}

/// A workspace that is about to change.
pub(super) struct Opened {
    pub unit: Writer,
    pub before: Workspace,
    revision: i64,
}

/// Opens a workspace to change it, for those who hold the right on it or in the whole organization.
pub(super) async fn open(
    op: &Op,
    right: Action<Write>,
    organization: OrganizationId,
    id: WorkspaceId,
    if_match: &IfMatch,
) -> Result<Opened, AppError> {
    let unit = op.write_on(right, organization, id).await?;
    let (before, revision) = unit.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    Ok(Opened { unit, before, revision })
}

impl Opened {
    /// Ends the unit with the workspace as it is to be.
    pub async fn change(self, op: &Op, after: Workspace) -> Result<WorkspaceView, AppError> {
        let Self { unit, before, revision } = self;
        if after == before {
            return Ok((before, revision).into());
        }
        let after = Workspace { update_time: op.now(), ..after };
        let change = Change::WorkspaceUpdated(Changed { before, after: after.clone() });
        let revision = unit.commit(change).await?;
        Ok((after, revision.row()).into())
    }
}

impl WorkspaceUpdate {
    fn apply(self, before: &Workspace) -> Result<Workspace, AppError> {
        let mut faults = Faults::default();
        let mut after = before.clone();
        if let Some(title) = self.title {
            faults.check("/title", Title::parse(&title));
            after.title = title;
        }
        if let Some(slug) = self.slug {
            faults.check("/slug", Slug::parse(&slug));
            after.slug = slug;
        }
        if let Some(description) = self.description {
            faults.check("/description", check_description(&description));
            after.description = description;
        }
        for (key, value) in self.labels {
            match value {
                Some(value) => after.labels.insert(key, value),
                None => after.labels.remove(&key),
            };
        }
        faults.check("/labels", check_labels(&after.labels));
        faults.end()?;
        Ok(after)
    }
}
