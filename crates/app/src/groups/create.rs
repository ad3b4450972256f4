//! Making a group.

use polity_domain::groups::{Group, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::permissions::GROUPS_CREATE;
use polity_domain::text::Title;

use super::GroupView;
use crate::limits::room;
use crate::{AppError, Op};

/// How many groups an organization can have: they are kept in memory.
const MOST: u64 = 5_000;

/// What the new group is to be.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its display name.
    pub title: Title,
    /// What another system calls it.
    pub external_id: Option<String>,
    /// What it is for.
    pub description: String,
}

/// Makes a group, in which nobody is and which holds nothing.
///
/// # Errors
/// 409 `external_id_taken`, `limit_exceeded`, or `limit_reached` at 5000 groups.
#[tracing::instrument(name = "groups.create", skip_all, fields(%organization))]
pub async fn create(op: &Op, organization: OrganizationId, new: NewGroup) -> Result<GroupView, AppError> {
    let unit = op.write(GROUPS_CREATE, organization).await?;
    if unit.groups().count().await? >= MOST {
        let detail = format!("An organization has at most {MOST} groups.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    room(&unit, organization, Limited::Groups).await?.take()?;
    let group = Group {
        id: GroupId::from_uuid(op.new_id()),
        organization_id: organization,
        title: new.title.to_string(),
        external_id: new.external_id,
        description: new.description,
        source: GroupSource::Manual,
        create_time: op.now(),
        update_time: op.now(),
    };
    let revision = unit.commit(Change::GroupCreated(group.clone())).await?;
    Ok((group, revision.row()))
}
