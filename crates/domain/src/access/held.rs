//! What a principal holds: its roles, and everything that they let it do.

use std::collections::BTreeSet;

use super::snapshot::{Grant, HeldRole, Snapshot};
use super::{Circumstances, InGroup, NotGrantable};
use crate::api_keys::ApiKey;
use crate::ids::{OrganizationId, RoleAssignmentId, RoleId, WorkspaceId};
use crate::permissions::{PermissionIndex, PermissionSet};
use crate::roles::{Condition, Principal, ResourceRef};
use crate::time::Time;

/// A role that somebody holds on a whole organization, directly or by inheritance, or on one resource in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// The role.
    pub role_id: RoleId,
    /// Its display name.
    pub role_title: String,
    /// The assignment that gives it.
    pub assignment_id: RoleAssignmentId,
    /// Where it is held: the organization itself, or an ancestor from which it is inherited.
    pub organization_id: OrganizationId,
    /// When it ends by itself.
    pub expire_time: Option<Time>,
    /// Only where this is met.
    pub condition: Option<Condition>,
    /// The group that holds it; none: the principal itself.
    pub group: Option<InGroup>,
}

impl Snapshot {
    /// The roles that a principal holds on the whole of `organization`, itself and by groups, nearest
    /// first. What is held there shows also while a membership is expired, since it counts again once that
    /// is prolonged; what is inherited shows only if it counts.
    pub fn held_roles(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> Vec<RoleHeld> {
        let mut held = Vec::new();
        for at in self.reaching(organization) {
            let person = matches!(principal, Principal::User(_));
            if at != organization && person && !self.is_member(principal, at, now) {
                continue;
            }
            let groups = self.groups_containing(at, *principal).into_iter().map(Some);
            for group in [None].into_iter().chain(groups) {
                let holder = group.map_or(*principal, Principal::Group);
                let whole = self.live_grants(&holder, at, now).filter(|(grant, _)| grant.resource.is_none());
                held.extend(whole.map(|(grant, role)| RoleHeld {
                    role_id: grant.role_id,
                    role_title: role.title.clone(),
                    assignment_id: grant.assignment_id,
                    organization_id: at,
                    expire_time: grant.expire_time,
                    condition: grant.condition.as_deref().map(|held| held.written().clone()),
                    group: group.and_then(|group| self.in_group(group)),
                }));
            }
        }
        held
    }

    /// The roles that a principal holds on one resource in `organization` itself, not by a group.
    pub fn held_roles_on(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        resource: &ResourceRef,
        now: Time,
    ) -> Vec<RoleHeld> {
        let on_it = self
            .live_grants(principal, organization, now)
            .filter(|(grant, _)| grant.resource.as_deref() == Some(resource));
        let held = on_it.map(|(grant, role)| RoleHeld {
            role_id: grant.role_id,
            role_title: role.title.clone(),
            assignment_id: grant.assignment_id,
            organization_id: organization,
            expire_time: grant.expire_time,
            condition: grant.condition.as_deref().map(|held| held.written().clone()),
            group: None,
        });
        held.collect()
    }

    /// Whether `granter` may change or end what `target` holds on one resource in `organization`: only
    /// whoever could grant all of it there. Everybody may change what is their own.
    pub fn may_change_on(
        &self,
        granter: &Principal,
        target: &Principal,
        organization: OrganizationId,
        resource: &ResourceRef,
        now: Time,
    ) -> Result<(), NotGrantable> {
        if granter == target {
            return Ok(());
        }
        let mut held = PermissionSet::empty();
        self.live_grants(target, organization, now)
            .filter(|(grant, _)| grant.resource.as_deref() == Some(resource))
            .for_each(|(_, role)| held.extend(&role.permissions));
        self.may_grant_on(granter, &held, organization, resource, now)
    }

    /// The workspaces of `organization` on which a principal holds a role that allows this. What allows it
    /// in the whole organization is another question, unless a policy forbids it on some of them, or it hangs on a
    /// condition.
    pub fn workspaces_allowing<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Vec<WorkspaceId> {
        let circumstances = now.into();
        let granted = self.workspaces_granted(principal, organization, circumstances.now);
        let named = self.workspaces_named(principal, organization).chain(&granted);
        let mut named: BTreeSet<_> = named.filter_map(ResourceRef::as_workspace).collect();
        if self.may_be_forbidden(permission, organization)
            || self.may_depend(principal, Some(permission), organization, circumstances.now)
        {
            named.extend(self.workspaces_of(organization));
        }
        let allows = |id: &WorkspaceId| {
            let resource = ResourceRef::workspace(*id);
            self.check(principal, permission, organization, Some(&resource), circumstances).allowed()
        };
        named.into_iter().filter(allows).collect()
    }

    /// The workspaces that a principal's assignments in `organization` name, its own and those of the groups
    /// that it is in; also those that have ended.
    pub(super) fn workspaces_named(
        &self,
        principal: &Principal,
        organization: OrganizationId,
    ) -> impl Iterator<Item = &ResourceRef> {
        let (holder, _) = self.acting(principal);
        let groups = self.groups_containing(organization, holder).into_iter().map(Principal::Group);
        let holders = std::iter::once(holder).chain(groups);
        holders
            .filter_map(move |holder| self.places.get(organization, &holder))
            .flat_map(|place| &place.grants)
            .filter_map(|grant| grant.resource.as_deref())
            .filter(|resource| resource.is_workspace())
    }

    /// Whether `granter` may change or remove what `target` is in `organization`: only whoever could
    /// grant every role that the target holds there, itself and by groups. Everybody may change what is their own.
    pub fn may_change(
        &self,
        granter: &Principal,
        target: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        if granter == target {
            return Ok(());
        }
        self.may_grant(granter, &self.held_at(target, organization, now), organization, now)
    }

    /// All that the roles allow that a principal holds in `organization` itself: its own, and those of the
    /// groups that it is in. A membership's end is left aside, since it can be prolonged.
    pub(super) fn held_at(
        &self,
        holder: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> PermissionSet {
        let groups = self.groups_containing(organization, *holder).into_iter().map(Principal::Group);
        let mut held = PermissionSet::empty();
        for holder in [*holder].into_iter().chain(groups) {
            self.live_grants(&holder, organization, now).for_each(|(_, role)| held.extend(&role.permissions));
        }
        held
    }

    /// Whether `granter` may make a key what it is: they hold all that is written on it, as far as it
    /// reaches, or all that the service account holds for which it acts.
    pub fn may_make_key(&self, granter: &Principal, key: &ApiKey, now: Time) -> Result<(), NotGrantable> {
        if let Some(account) = key.service_account_id {
            // Whatever is written on it narrows it today; what it acts with is the account's.
            return self.may_take_account(granter, account, key.organization_id, now);
        }
        // A name that is known no longer allows nothing.
        let wanted = key.permissions.iter().filter_map(|name| self.catalogue().index(name)).collect();
        if key.descendants {
            self.may_grant(granter, &wanted, key.organization_id, now)
        } else {
            self.may_grant_here(granter, &wanted, key.organization_id, now)
        }
    }

    /// Whether `taker` may have a key in their hands (change it, be given a secret of it): they could make
    /// it what it is, and grant it the roles that it holds, wherever in the tree it holds them.
    pub fn may_take_key(&self, taker: &Principal, key: &ApiKey, now: Time) -> Result<(), NotGrantable> {
        self.may_make_key(taker, key, now)?;
        let target = Principal::ApiKey(key.id);
        self.organizations()
            .try_for_each(|(organization, _)| self.may_change(taker, &target, organization, now))
    }

    /// Everything that `principal` may do in `organization`: as a whole, or with one of the
    /// application's resources in it.
    pub fn effective_on<'c>(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> PermissionSet {
        let circumstances = now.into();
        let now = circumstances.now;
        let mut all = match principal {
            Principal::Anonymous => PermissionSet::empty(),
            _ => self.own_on(principal, organization, resource, now),
        };
        if let Some(on) = self.on(organization, resource) {
            for source in self.support_sources(principal, organization, now) {
                source.collect(&on, &mut all);
            }
            if self.stopped(organization).is_none() {
                if *principal != Principal::Anonymous {
                    self.add_conditional(&mut all, principal, organization, &on, &circumstances);
                }
                self.add_public(&mut all, organization, &on, &circumstances);
            }
        }
        if circumstances.scopes().is_some() {
            all = all.iter().filter(|permission| self.in_scope(*permission, &circumstances)).collect();
        }
        self.unforbidden(all, principal, organization, resource, &circumstances)
    }

    /// What no policy forbids of a set.
    fn unforbidden(
        &self,
        all: PermissionSet,
        principal: &Principal,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> PermissionSet {
        if self.node(organization).is_none_or(|node| node.standing.governing.is_none()) {
            return all;
        }
        let stays = |permission: &PermissionIndex| {
            self.check_policies_of(principal, *permission, organization, resource, circumstances).is_ok()
        };
        all.iter().filter(stays).collect()
    }

    /// All that roles and keys give without a condition, whatever policies say and without what support access gives.
    pub(super) fn own_on(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: Time,
    ) -> PermissionSet {
        let mut all = PermissionSet::empty();
        if self.stopped(organization).is_none()
            && let Some(on) = self.on(organization, resource)
        {
            self.all_sources(principal, organization, now, |source| source.collect(&on, &mut all));
        }
        all
    }

    /// The assignments of a principal in one organization that have not ended, with their roles, as
    /// far as those may be held there; also those on a condition.
    fn live_grants<'a>(
        &'a self,
        principal: &Principal,
        at: OrganizationId,
        now: Time,
    ) -> impl Iterator<Item = (&'a Grant, &'a HeldRole)> + use<'a> {
        let grants = self.places.get(at, principal).into_iter().flat_map(|place| &place.grants);
        grants
            .filter(move |grant| grant.live(now))
            .filter_map(|grant| Some((grant, self.roles.get(&grant.role_id)?.as_ref())))
            .filter(move |(_, role)| self.role_reaches(role, at))
    }
}
