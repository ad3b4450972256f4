//! A member as doors show them.

use polity_domain::access::{RoleHeld, Snapshot};
use polity_domain::members::Member;
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use polity_domain::users::User;

/// A member with the person they are and the roles that count for them.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// The membership.
    pub member: Member,
    /// The person.
    pub user: User,
    /// The roles on the whole organization: held directly first, then inherited, the nearest first.
    pub roles: Vec<RoleHeld>,
}

impl MemberView {
    /// The member as `snapshot` knows their roles.
    pub(super) fn new(snapshot: &Snapshot, member: Member, user: User, now: Time) -> Self {
        let roles = snapshot.held_roles(&Principal::User(user.id), member.organization_id, now);
        Self { member, user, roles }
    }

    /// The entity tag. It covers all that is shown, since roles come and go without a change of the
    /// membership itself.
    pub fn etag(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            // Each part with its length, so that no two lists of parts run together alike.
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        };
        add(&self.member.user_id.to_string());
        add(self.member.title.as_deref().unwrap_or("\0"));
        add(&self.member.update_time.micros().to_string());
        add(&self.user.update_time.micros().to_string());
        for role in &self.roles {
            add(&role.assignment_id.to_string());
            add(&role.role_title);
            add(&role.group.as_ref().map_or_else(String::new, |group| group.group_id.to_string()));
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}
