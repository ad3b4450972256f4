//! Taking many out of a group at once.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::GROUPS_MANAGE_MEMBERS;
use polity_domain::roles::Principal;

use super::own;
use super::remove_member::plan;
use crate::changes::{Rows, check_rows, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Takes many out of a group in one transaction, all or none.
///
/// # Errors
/// As [`super::remove_member`], with the row in the field.
#[tracing::instrument(name = "groups.batch_remove", skip_all, fields(%organization, %id, rows = members.len()))]
pub async fn batch_remove(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    members: Vec<Principal>,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    check_rows(members.len(), "/members")?;
    let unit = op.write(GROUPS_MANAGE_MEMBERS, organization).await?;
    own(&unit, id).await?;
    let mut rows = Rows::new(unit, "/members", false);
    for member in members {
        let planned = plan(op, rows.unit(), id, &member, &IfMatch::Any).await;
        rows = rows.take(planned.map(|place| (vec![Change::GroupMemberRemoved(place)], ()))).await?;
    }
    let (_, preview) = rows.finish(validate_only).await?;
    Ok(outcome((), preview))
}
