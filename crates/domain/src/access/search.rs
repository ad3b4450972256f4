//! The questions the other way round: who may do this here, and where may somebody do this?

use std::collections::BTreeSet;

use super::Circumstances;
use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, WorkspaceId};
use crate::permissions::PermissionIndex;
use crate::roles::{Principal, ResourceRef};

/// Where something may be done: on one resource in an organization, or on every one of its type there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reach {
    /// In which organization.
    pub organization_id: OrganizationId,
    /// On which resource; none: on the organization itself, or on each of an application's resources in it, of
    /// which only the application knows which there are.
    pub resource: Option<ResourceRef>,
}

impl Snapshot {
    /// Everybody who may do this in `organization` (or on one resource in it) by what they hold, in their order.
    /// Whom a support access grant lets in is not among them.
    pub fn principals_allowed<'c>(
        &self,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> Vec<Principal> {
        let now = now.into();
        let holders: BTreeSet<_> = self.concerned(organization).collect();
        let allowed =
            |principal: &Principal| self.check(principal, permission, organization, resource, now).allowed();
        holders.into_iter().filter(allowed).collect()
    }

    /// Where at or below `top` a principal may do this on resources of a type (none: on the organizations
    /// themselves), in their order. Only organizations and workspaces are known one by one: of an application's
    /// resources those that roles are held on, and the registered ones that stand below what roles are held on.
    pub fn reaches<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        kind: Option<&str>,
        top: OrganizationId,
        now: impl Into<Circumstances<'c>>,
    ) -> Vec<Reach> {
        let now = now.into();
        let mut found = Vec::new();
        for organization_id in self.subtree(top) {
            let on = |resource: Option<ResourceRef>| Reach { organization_id, resource };
            let whole = self.check(principal, permission, organization_id, None, now).allowed();
            // Where policies may forbid it, or it hangs on a condition, each one that is known is asked about.
            let one_by_one = self.may_be_forbidden(permission, organization_id)
                || [*principal, Principal::Anonymous]
                    .iter()
                    .any(|holder| self.may_depend(holder, Some(permission), organization_id, now.now));
            match kind {
                Some(ResourceRef::WORKSPACE) if whole || one_by_one => {
                    let all = self.workspaces_of(organization_id).map(ResourceRef::workspace);
                    let allowed = all.filter(|workspace| {
                        !one_by_one
                            || self
                                .check(principal, permission, organization_id, Some(workspace), now)
                                .allowed()
                    });
                    found.extend(allowed.map(|workspace| on(Some(workspace))));
                }
                _ if whole => found.push(on(None)),
                None => {}
                Some(kind) => {
                    let mut named = self.resources_named(principal, organization_id);
                    let below = self.resources_reached_from(organization_id, named.iter().copied());
                    named.extend(below);
                    if one_by_one {
                        // It may be so for one and not for another: those that are known are all asked about.
                        named.extend(self.resources.of(organization_id).map(|(own, _)| own));
                    }
                    let of_kind = named.into_iter().filter(|resource| resource.kind == kind);
                    let allowed = of_kind.filter(|resource| {
                        self.check(principal, permission, organization_id, Some(resource), now).allowed()
                    });
                    found.extend(allowed.map(|resource| on(Some(resource.clone()))));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The resources that a principal's assignments name, as far as they reach the organization: its own, those of its
    /// groups and what is public; also those that have ended. What support access grants name is not among them.
    pub(super) fn resources_named(
        &self,
        principal: &Principal,
        organization: OrganizationId,
    ) -> BTreeSet<&ResourceRef> {
        let mut named = self.resources_held(principal, organization);
        named.extend(self.resources_held(&Principal::Anonymous, organization));
        named
    }

    /// The same without what is public.
    pub(super) fn resources_held(
        &self,
        principal: &Principal,
        organization: OrganizationId,
    ) -> BTreeSet<&ResourceRef> {
        let (holder, _) = self.acting(principal);
        let mut named = BTreeSet::new();
        for at in self.reaching(organization) {
            let groups = self.groups_containing(at, holder).into_iter().map(Principal::Group);
            for holder in std::iter::once(holder).chain(groups) {
                let grants = self.places.get(at, &holder).into_iter().flat_map(|place| &place.grants);
                named.extend(grants.filter_map(|grant| grant.resource.as_deref()));
            }
        }
        named
    }

    /// The workspaces of an organization that live.
    pub(super) fn workspaces_of(&self, organization: OrganizationId) -> impl Iterator<Item = WorkspaceId> {
        let first = WorkspaceId::from_uuid(uuid::Uuid::nil());
        let last = WorkspaceId::from_uuid(uuid::Uuid::max());
        self.workspaces.range((organization, first)..=(organization, last)).map(|(_, id)| *id)
    }
}
