//! A user as doors show them.

use polity_domain::access::{RoleHeld, Snapshot};
use polity_domain::members::Member;
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use polity_domain::users::User;

/// A user of an organization.
#[derive(Debug, Clone)]
pub struct UserView {
    /// The person.
    pub user: User,
    /// Their membership.
    pub member: Member,
    /// The roles that they hold directly on the whole organization.
    pub roles: Vec<RoleHeld>,
}

impl UserView {
    pub(super) fn new(snapshot: &Snapshot, member: Member, user: User, now: Time) -> Self {
        let held = snapshot.held_roles(&Principal::User(user.id), member.organization_id, now);
        let direct = |role: &RoleHeld| role.organization_id == member.organization_id;
        Self { roles: held.into_iter().filter(direct).collect(), user, member }
    }
}
