//! Who may grant what: nobody grants more than they hold, nor what a policy forbids them.

use super::decide::{Denial, Source};
use super::placed::On;
use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, RoleId};
use crate::permissions::{PermissionIndex, PermissionSet};
use crate::roles::{Principal, ResourceRef};
use crate::support_access_grants::{SupportAccessGrant, SupportScope};
use crate::time::Time;

/// A grant was refused because the granter does not hold all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody grants more than they hold; missing: {}", .missing.join(", "))]
pub struct NotGrantable {
    /// The permissions that the granter lacks.
    pub missing: Vec<String>,
}

impl Snapshot {
    /// Whether `granter` may hand out `wanted` in `organization`: all of it is theirs there, and wherever it
    /// reaches from there. What is written on a key that does not hold on descendants is therefore no
    /// ground for a grant in an organization whose roles reach some.
    pub fn may_grant(
        &self,
        granter: &Principal,
        wanted: &PermissionSet,
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.within(wanted, &self.grantable(granter, organization, now))?;
        self.unforbidden_to(granter, wanted, organization, None, now)
    }

    /// Whether `granter` may hand out `wanted` in `organization` alone: to a key that does not hold on
    /// descendants.
    pub fn may_grant_here(
        &self,
        granter: &Principal,
        wanted: &PermissionSet,
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.within(wanted, &self.own_on(granter, organization, None, now))?;
        self.unforbidden_to(granter, wanted, organization, None, now)
    }

    fn within(&self, wanted: &PermissionSet, held: &PermissionSet) -> Result<(), NotGrantable> {
        let lacking = wanted.difference(held);
        if lacking.is_empty() {
            Ok(())
        } else {
            Err(NotGrantable { missing: self.permission_names(&lacking).map(str::to_owned).collect() })
        }
    }

    /// Whether `granter` may hand out all of these roles in `organization`. A role that is not known
    /// here allows nothing and is nobody's to refuse: that it exists is checked elsewhere.
    pub fn may_grant_roles(
        &self,
        granter: &Principal,
        roles: &[RoleId],
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.may_grant(granter, &self.all_of(roles), organization, now)
    }

    /// The same on a resource of the application. Roles on one are handed out by whoever could hand them out in the whole
    /// organization, unless a policy forbids the granter in particular any of it on the resource.
    pub fn may_grant_roles_within(
        &self,
        granter: &Principal,
        roles: &[RoleId],
        organization: OrganizationId,
        resource: &ResourceRef,
        now: Time,
    ) -> Result<(), NotGrantable> {
        let wanted = self.all_of(roles);
        self.may_grant(granter, &wanted, organization, now)?;
        self.unforbidden_to(granter, &wanted, organization, Some(resource), now)
    }

    /// Whether `granter` may hand out all of these roles on one resource in `organization`: all that they
    /// allow is theirs there.
    pub fn may_grant_roles_on(
        &self,
        granter: &Principal,
        roles: &[RoleId],
        organization: OrganizationId,
        resource: &ResourceRef,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.may_grant_on(granter, &self.all_of(roles), organization, resource, now)
    }

    /// Whether `granter` may hand out `wanted` on one resource in `organization`.
    pub(super) fn may_grant_on(
        &self,
        granter: &Principal,
        wanted: &PermissionSet,
        organization: OrganizationId,
        resource: &ResourceRef,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.within(wanted, &self.own_on(granter, organization, Some(resource), now))?;
        self.unforbidden_to(granter, wanted, organization, Some(resource), now)
    }

    /// Whether no policy forbids the granter in particular any of it. What is forbidden to everybody is no
    /// reason: whoever gets it may not do it either.
    fn unforbidden_to(
        &self,
        granter: &Principal,
        wanted: &PermissionSet,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
    ) -> Result<(), NotGrantable> {
        if self.node(organization).is_none_or(|node| node.standing.governing.is_none()) {
            return Ok(());
        }
        let circumstances = now.into();
        let forbidden = |permission: &PermissionIndex| {
            self.forbidden_in_particular(granter, *permission, organization, resource, &circumstances)
        };
        let lacking: PermissionSet = wanted.iter().filter(forbidden).collect();
        self.within(&lacking, &PermissionSet::empty())
    }

    /// Whether somebody who is not asking just now still stands for an action: roles allow it without a condition, and
    /// no policy forbids it to them in particular. From where they would ask is nobody's to know.
    pub fn vouches(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
    ) -> bool {
        let circumstances = now.into();
        let Some(on) = self.on(organization, resource) else { return false };
        if !self.any_source(principal, organization, now, |source| source.allows(permission, &on)) {
            return false;
        }
        match self.decide(principal, permission, organization, resource, &circumstances) {
            Ok(_) => true,
            Err(Denial::Policy(_) | Denial::PolicyFailed(_)) => {
                !self.forbidden_in_particular(principal, permission, organization, resource, &circumstances)
            }
            Err(_) => false,
        }
    }

    /// Whether `granter` may let the platform's staff in by `grant`: all that it gives is theirs, as far as it
    /// reaches.
    pub fn may_let_support_in(
        &self,
        granter: &Principal,
        grant: &SupportAccessGrant,
        now: Time,
    ) -> Result<(), NotGrantable> {
        let (wanted, at) = (self.support_rights(grant.access), grant.organization_id);
        match &grant.scope {
            SupportScope::Organization { descendants: true } => self.may_grant(granter, wanted, at, now),
            SupportScope::Organization { descendants: false } => {
                self.may_grant_here(granter, wanted, at, now)
            }
            SupportScope::Workspaces { workspace_ids } => workspace_ids
                .iter()
                .try_for_each(|id| self.may_grant_on(granter, wanted, at, &ResourceRef::workspace(*id), now)),
        }
    }

    /// Everything that some roles allow.
    fn all_of(&self, roles: &[RoleId]) -> PermissionSet {
        let mut all = PermissionSet::empty();
        roles.iter().filter_map(|role| self.role_permissions(*role)).for_each(|set| all.extend(set));
        all
    }

    /// What a principal holds in an organization and wherever roles reach from there.
    fn grantable(&self, granter: &Principal, organization: OrganizationId, now: Time) -> PermissionSet {
        let mut held = PermissionSet::empty();
        if self.stopped(organization).is_some() {
            return held;
        }
        let reaches_down = self
            .children(organization)
            .any(|child| self.node(child).and_then(|node| node.edge).is_some_and(|edge| edge.inherits_roles));
        self.all_sources(granter, organization, now, |source| {
            let stays = matches!(source, Source::Key { descendants: false, .. });
            if !(stays && reaches_down) {
                source.collect(&On::whole(), &mut held);
            }
        });
        held
    }
}
