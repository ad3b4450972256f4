//! What somebody's standing in an organization is, beyond the one question of a decision.

use std::collections::BTreeSet;

use super::Circumstances;
use super::decide::Source;
use super::placed::On;
use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, RoleId, UserId};
use crate::permissions::PermissionIndex;
use crate::roles::Principal;
use crate::time::Time;

impl Snapshot {
    /// Whether what `principal` holds allows this in `organization`, whatever is suspended or deleted on
    /// the way: for what concerns stopped organizations themselves.
    pub fn holds<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> bool {
        let circumstances = now.into();
        self.gives(principal, permission, organization, &On::whole(), &circumstances, &mut false)
            && self.check_policies_of(principal, permission, organization, None, &circumstances).is_ok()
    }

    /// Whether what allows it in `organization` also reaches the organizations below that inherit its
    /// roles: all but what is written on a key that does not hold on descendants, and what is held on a condition,
    /// which may be met here and not there. Where a policy forbids it in any of them, it does not.
    pub fn allows_below<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> bool {
        let circumstances = now.into();
        self.stopped(organization).is_none()
            && self.any_source(principal, organization, circumstances.now, |source| {
                !matches!(source, Source::Key { descendants: false, .. })
                    && source.allows(permission, &On::whole())
            })
            && self.unforbidden_below(principal, permission, organization, &circumstances)
    }

    /// Whether no policy forbids it in the organization and in any below that inherits its roles.
    fn unforbidden_below(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        top: OrganizationId,
        circumstances: &Circumstances<'_>,
    ) -> bool {
        if self.policies.is_empty() {
            return true;
        }
        let inherits = |child: &OrganizationId| {
            self.node(*child).and_then(|node| node.edge).is_some_and(|edge| edge.inherits_roles)
        };
        let mut next = vec![top];
        while let Some(at) = next.pop() {
            if self.check_policies_of(principal, permission, at, None, circumstances).is_err() {
                return false;
            }
            next.extend(self.children(at).filter(inherits));
        }
        true
    }

    /// Who owns an organization without an end: its own owners first, then those whose ownership it
    /// inherits, the nearest first.
    pub fn owners(&self, organization: OrganizationId) -> impl Iterator<Item = UserId> {
        self.reaching(organization).flat_map(|at| self.owners_of(at))
    }

    /// Who owns an organization directly and without an end.
    pub fn owners_of(&self, organization: OrganizationId) -> impl Iterator<Item = UserId> {
        let first = UserId::from_uuid(uuid::Uuid::nil());
        let last = UserId::from_uuid(uuid::Uuid::max());
        self.owners.range((organization, first)..=(organization, last)).map(|(_, user)| *user)
    }

    /// The display names of the roles that are held at or below `top` and can be held there no longer in
    /// `after`: their makers' say does not reach there any more. `self` is of the tree where `top` stood.
    pub fn roles_left_behind(&self, after: &Self, top: OrganizationId, now: Time) -> BTreeSet<&str> {
        let held = self
            .subtree(top)
            .into_iter()
            .flat_map(|at| self.live_roles(at, now).into_iter().map(move |role| (role, at)));
        let left = held.filter(|(role, at)| {
            let usable = |snapshot: &Self| {
                snapshot.roles.get(role).is_some_and(|role| snapshot.role_reaches(role, *at))
            };
            usable(self) && !usable(after)
        });
        left.filter_map(|(role, _)| Some(self.roles.get(&role)?.title.as_str())).collect()
    }

    /// The roles that somebody holds on `organization` itself.
    fn live_roles(&self, organization: OrganizationId, now: Time) -> BTreeSet<RoleId> {
        let held = self.places.at(organization).flat_map(|(_, place)| &place.grants);
        held.filter(|grant| grant.live(now)).map(|grant| grant.role_id).collect()
    }
}
