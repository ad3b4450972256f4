//! Changing a member: title, end and roles.

use polity_domain::ids::{OrganizationId, RoleId, UserId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::MEMBERS_UPDATE;
use polity_domain::roles::{Principal, RoleChange};
use polity_domain::text::Title;
use polity_domain::time::Time;
use polity_store::Writer;

use super::view::MemberView;
use crate::changes::{afterwards, carry_out, outcome};
use crate::role_assignments::{assignment, check_end, check_roles, rights};
use crate::{AppError, IfMatch, Op, Outcome};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct MemberUpdate {
    /// What they are there; `Some(None)` clears it.
    pub title: Option<Option<Title>>,
    /// When the membership ends by itself; `Some(None)`: never.
    pub expire_time: Option<Option<Time>>,
    /// Exactly the roles that they hold directly from now on, on the whole organization.
    pub roles: Option<Vec<RoleId>>,
}

/// Changes a member. Only whoever could grant all that a member holds directly changes them.
///
/// # Errors
/// 400 `unknown_role` or an end in the past; 403 `cannot_grant`; 409 `last_owner`; 412 when
/// `if_match` is another version.
#[tracing::instrument(name = "members.update", skip_all, fields(%organization, %user))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    user: UserId,
    update: MemberUpdate,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<MemberView>, AppError> {
    let unit = op.write(MEMBERS_UPDATE, organization).await?;
    let (changes, view) = plan(op, &unit, user, &update, if_match).await?;
    let preview = carry_out(unit, changes, validate_only).await?;
    Ok(outcome(view, preview))
}

/// What must change, and the member as they become. Everything is checked, nothing is recorded.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    user: UserId,
    update: &MemberUpdate,
    if_match: &IfMatch,
) -> Result<(Vec<Change>, MemberView), AppError> {
    let (organization, now, target) = (unit.organization(), op.now(), Principal::User(user));
    let (before, person, _) = unit.members().get_with_user(user).await?.ok_or_else(AppError::not_found)?;
    let current = MemberView::new(unit.snapshot(), before.clone(), person.clone(), now);
    if_match.check_tag(&current.etag())?;
    rights(unit).may_change(&op.principal()?, &target, organization, now)?;
    check_end(op, update.expire_time.flatten())?;
    let mut changes = Vec::new();
    if let Some(wanted) = &update.roles {
        let held = unit.role_assignments().of_principal(&target).await?;
        let held = held.into_iter().map(|(assignment, _)| assignment).collect();
        let change = RoleChange::to(wanted, held, now);
        check_roles(op, unit, &change.given)?;
        changes.extend(change.ended.into_iter().map(Change::RoleAssignmentDeleted));
        let given = change.given.into_iter().map(|role| assignment(op, organization, target, role));
        changes.extend(given.map(Change::RoleAssignmentCreated));
    }
    let title = update.title.as_ref().map(|title| title.as_ref().map(ToString::to_string));
    let mut after = before.change(title, update.expire_time, now);
    if after.title == before.title && after.expire_time == before.expire_time {
        after = before;
    } else {
        changes.push(Change::MemberUpdated(Changed { before, after: after.clone() }));
    }
    let view = MemberView::new(&afterwards(unit.snapshot(), &changes), after, person, now);
    Ok((changes, view))
}
