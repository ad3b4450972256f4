//! Adding somebody without an invitation.

use polity_domain::ids::{OrganizationId, RoleId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::MEMBERS_ADD;
use polity_domain::roles::{BuiltIn, Principal};
use polity_domain::text::Title;
use polity_domain::time::Time;

use super::view::MemberView;
use crate::changes::{afterwards, carry_out};
use crate::invitations::check_domain;
use crate::limits::room;
use crate::role_assignments::{assignment, check_end, check_roles};
use crate::{AppError, Op};

/// Whom to add, as what.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Who: an account of this instance.
    pub user: UserId,
    /// The roles; none: Member.
    pub roles: Vec<RoleId>,
    /// What they are there, for people to read.
    pub title: Option<Title>,
    /// When the membership ends by itself.
    pub expire_time: Option<Time>,
}

/// Adds a person whose id the caller knows.
///
/// # Errors
/// 400 `unknown_user`, `unknown_role` or an end in the past; 403 `cannot_grant` when a role has more
/// than the caller holds; 409 `already_member`, `email_domain_blocked`, `limit_exceeded`.
#[tracing::instrument(name = "members.add", skip_all, fields(%organization))]
pub async fn add(op: &Op, organization: OrganizationId, new: NewMember) -> Result<MemberView, AppError> {
    check_end(op, new.expire_time)?;
    let unit = op.write(MEMBERS_ADD, organization).await?;
    let mut roles = if new.roles.is_empty() { vec![BuiltIn::Member.id()] } else { new.roles };
    check_roles(op, &unit, &roles)?;
    let Some((user, _)) = unit.user(new.user).await? else {
        return Err(AppError::invalid("/user", "unknown_user", "is not a user of this instance"));
    };
    check_domain(&unit, &user.email).await?;
    if unit.members().exists(user.id).await? {
        return Err(AppError::conflict("already_member", "This person is a member already."));
    }
    room(&unit, organization, Limited::Members).await?.take()?;
    let member = Member {
        organization_id: organization,
        user_id: user.id,
        title: new.title.map(|title| title.to_string()),
        joined: Joined::Addition,
        expire_time: new.expire_time,
        create_time: op.now(),
        update_time: op.now(),
    };
    roles.sort_unstable();
    roles.dedup();
    let principal = Principal::User(user.id);
    let assignments = roles.into_iter().map(|role| assignment(op, organization, principal, role));
    let mut changes = vec![Change::MemberAdded(member.clone())];
    changes.extend(assignments.map(Change::RoleAssignmentCreated));
    let view = MemberView::new(&afterwards(unit.snapshot(), &changes), member, user, op.now());
    carry_out(unit, changes, false).await?;
    Ok(view)
}
