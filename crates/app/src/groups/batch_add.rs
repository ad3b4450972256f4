//! Putting many into a group at once.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::GROUPS_MANAGE_MEMBERS;
use polity_domain::roles::Principal;

use super::add_member::plan;
use super::{GroupMemberView, own};
use crate::changes::{Rows, check_rows, outcome};
use crate::{AppError, Op, Outcome};

/// Puts many into a group in one transaction, all or none.
///
/// # Errors
/// As [`super::add_member`], with the row in the field.
#[tracing::instrument(name = "groups.batch_add", skip_all, fields(%organization, %id, rows = members.len()))]
pub async fn batch_add(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    members: Vec<Principal>,
    validate_only: bool,
) -> Result<Outcome<Vec<GroupMemberView>>, AppError> {
    check_rows(members.len(), "/members")?;
    let unit = op.write(GROUPS_MANAGE_MEMBERS, organization).await?;
    own(&unit, id).await?;
    let mut rows = Rows::new(unit, "/members", false);
    for member in members {
        let planned = plan(op, rows.unit(), id, member).await;
        rows = rows.take(planned.map(|place| (vec![Change::GroupMemberAdded(place.clone())], place))).await?;
    }
    let (places, preview) = rows.finish(validate_only).await?;
    let revision = op.revision().map_or(0, polity_store::Revision::row);
    let places = places.into_iter().filter_map(Result::ok).map(|place| (place, revision)).collect();
    Ok(outcome(places, preview))
}
