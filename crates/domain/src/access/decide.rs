//! The decision. Everything that Polity allows is allowed here.

use std::convert::Infallible;
use std::ops::ControlFlow;

use super::Circumstances;
use super::placed::On;
use super::places::{self, Place};
use super::snapshot::{Grant, HeldRole, Snapshot};
use crate::ids::{GroupId, OrganizationId, PolicyId, SupportAccessGrantId};
use crate::permissions::{PermissionIndex, PermissionSet};
use crate::roles::{Principal, ResourceRef};
use crate::support_access_grants::SupportAccessGrant;
use crate::time::Time;

/// The answer to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allowed,
    /// It may not.
    Denied(Denial),
}

/// Why not. The first that applies, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// The organization is not in this tree, or is deleted.
    #[error("there is no such organization")]
    NoOrganization,
    /// The organization or one above it is suspended.
    #[error("the organization is suspended")]
    Suspended,
    /// The workspace, or the one that the resource stands in, is not in the organization, or is deleted.
    #[error("there is no such workspace")]
    NoResource,
    /// The principal holds nothing that reaches the organization.
    #[error("the principal has no part in the organization")]
    NoPart,
    /// It has a part in the organization, but not this permission.
    #[error("the principal does not hold the permission")]
    NoPermission,
    /// The principal may do it, and the token is limited to other things.
    #[error("the token's scopes do not hold the permission")]
    OutOfScope,
    /// Roles allow it, and a policy forbids it.
    #[error("the policy {0} forbids it")]
    Policy(PolicyId),
    /// Roles allow it, and it cannot be told whether a policy forbids it.
    #[error("the policy {0} could not be evaluated")]
    PolicyFailed(PolicyId),
}

/// By what something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The principal holds it.
    Held,
    /// A support access grant gives it, and nothing else.
    Support(SupportAccessGrantId),
    /// It is public, and the principal holds nothing of its own that allows it.
    Public,
}

impl Decision {
    /// Whether it is allowed.
    pub const fn allowed(self) -> bool {
        matches!(self, Self::Allowed)
    }
}

impl Snapshot {
    /// May `principal` do this in `organization` (or on one workspace or application resource in it), `now` or in
    /// such circumstances?
    ///
    /// Roles reach down by edges that inherit them, and so do policies, which forbid what roles allow. A suspended or deleted organization stops
    /// everything in it and below, and its keys wherever they hold something. Expiry is judged here,
    /// never by a sweeper. Costs a walk to the top of the tree, whatever the size of the tree.
    pub fn check<'c>(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        now: impl Into<Circumstances<'c>>,
    ) -> Decision {
        match self.ground(principal, permission, organization, resource, &now.into()) {
            Ok(_) => Decision::Allowed,
            Err(denial) => Decision::Denied(denial),
        }
    }

    /// Decides, and tells the support access grant by which it is allowed if nothing else allows it.
    pub(super) fn decide(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Result<Option<SupportAccessGrantId>, Denial> {
        match self.ground(principal, permission, organization, resource, circumstances)? {
            Ground::Support(grant) => Ok(Some(grant)),
            Ground::Held | Ground::Public => Ok(None),
        }
    }

    /// The same as [`Snapshot::check`], and by what it is allowed: a use of what somebody holds is no use of what is
    /// public.
    ///
    /// # Errors
    /// Why it is denied.
    pub fn ground(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        circumstances: &Circumstances<'_>,
    ) -> Result<Ground, Denial> {
        let node = self.node(organization).ok_or(Denial::NoOrganization)?;
        if let Some(denial) = node.standing.stopped() {
            return Err(denial);
        }
        let on = self.on(organization, resource).ok_or(Denial::NoResource)?;
        let mut part = false;
        let held =
            if let Some(shortly) = self.shortly(principal, permission, &node.standing, circumstances.now) {
                part = shortly.part;
                shortly.given
            } else {
                *principal != Principal::Anonymous
                    && self.gives(principal, permission, organization, &on, circumstances, &mut part)
            };
        let mut grant = None;
        if !held {
            for source in self.support_sources(principal, organization, circumstances.now) {
                part |= source.is_part(&on);
                grant = source.support_access_grant().filter(|_| source.allows(permission, &on));
                if grant.is_some() {
                    break;
                }
            }
        }
        if !held && grant.is_none() && !self.is_public(permission, organization, &on, circumstances) {
            return Err(if part { Denial::NoPermission } else { Denial::NoPart });
        }
        if !self.in_scope(permission, circumstances) {
            return Err(Denial::OutOfScope);
        }
        // Last, so that whoever could not do it anyway is told nothing of policies.
        if let Some(governing) = &node.standing.governing {
            self.check_policies(governing, principal, permission, organization, resource, circumstances)?;
        }
        Ok(match grant {
            _ if held => Ground::Held,
            Some(grant) => Ground::Support(grant.id),
            None => Ground::Public,
        })
    }

    /// Whether a token that it is done by, if it is, is good for it.
    pub(super) fn in_scope(&self, permission: PermissionIndex, circumstances: &Circumstances<'_>) -> bool {
        circumstances.scopes().is_none_or(|scopes| scopes.hold(self.catalogue.name(permission)))
    }

    /// Everything that `principal` may do in `organization` as a whole, where nothing but the time is known.
    pub fn effective(&self, principal: &Principal, organization: OrganizationId, now: Time) -> PermissionSet {
        self.effective_on(principal, organization, None, now)
    }

    /// What stops the organization, if anything: its own state or that of one above it.
    pub fn stopped(&self, organization: OrganizationId) -> Option<Denial> {
        self.node(organization).map_or(Some(Denial::NoOrganization), |node| node.standing.stopped())
    }

    /// Goes through all by which the principal may do something in `organization`, until `visit` has seen enough:
    /// what it holds, then what support access gives it.
    pub(super) fn each_way<'a, B>(
        &'a self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
        mut visit: impl FnMut(Source<'a>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.each_source(principal, organization, now, &mut visit)?;
        self.support_sources(principal, organization, now).try_for_each(visit)
    }

    /// Goes through what reaches `organization` of the principal's holdings, nearest first. What support access
    /// gives is not among them: it is nobody's to hand on, and makes nobody a part of the organization beyond it.
    pub(super) fn each_source<'a, B>(
        &'a self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
        mut visit: impl FnMut(Source<'a>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        // No iterator: what it would carry along costs as much as the decision.
        let written = self.key_source(principal, organization, now);
        let stands = written.is_some() || self.alive(principal, now);
        if let Some(source) = written {
            visit(source)?;
        }
        let (holder, within) = self.acting(principal);
        let stands = match holder {
            Principal::ServiceAccount(account) => stands && self.account_stands(account),
            _ => stands,
        };
        let Some(node) = self.node(organization).filter(|_| stands) else { return ControlFlow::Continue(()) };
        let places = self.places.of(&holder);
        for at in node.standing.reaching() {
            self.each_held(&holder, places::find(places, *at), within, *at, now, &mut visit)?;
        }
        ControlFlow::Continue(())
    }

    /// Whether anything that reaches `organization` of the principal's holdings is like this.
    pub(super) fn any_source<'a>(
        &'a self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
        like: impl Fn(Source<'a>) -> bool,
    ) -> bool {
        let visit = |source| if like(source) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        self.each_source(principal, organization, now, visit).is_break()
    }

    /// Goes through all of it.
    pub(super) fn all_sources<'a>(
        &'a self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
        mut visit: impl FnMut(Source<'a>),
    ) {
        let _all: ControlFlow<Infallible> = self.each_source(principal, organization, now, |source| {
            visit(source);
            ControlFlow::Continue(())
        });
    }

    /// Goes through what a principal holds in one organization: itself, then by the groups that it is in there,
    /// each no more than `within`. Groups are looked for only once it is known to have a part.
    fn each_held<'a, B>(
        &'a self,
        principal: &Principal,
        place: Option<&'a Place>,
        within: Option<&'a PermissionSet>,
        at: OrganizationId,
        now: Time,
        visit: &mut impl FnMut(Source<'a>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        // A person's roles hang on the membership; a key has none, nor has anonymous.
        let part = match principal {
            Principal::User(_) => place.is_some_and(|place| place.member_at(now)),
            Principal::ApiKey(_) | Principal::Anonymous => {
                place.is_some_and(|place| place.grants.iter().any(|grant| grant.live(now)))
            }
            Principal::Group(group) => self.has_group(at, *group),
            Principal::ServiceAccount(account) => self.has_service_account(at, *account),
        };
        if !part {
            return ControlFlow::Continue(());
        }
        let held =
            |grants: &'a [Grant], group| Source::Held { snapshot: self, at, grants, group, within, now };
        visit(held(place.map_or(&[], |place| &place.grants), None))?;
        let Some(place) = place.filter(|place| !place.groups.is_empty()) else {
            return ControlFlow::Continue(());
        };
        self.groups_above(place).into_iter().try_for_each(|(group, place)| match place {
            Some(place) => visit(held(&place.grants, Some(group))),
            None => ControlFlow::Continue(()),
        })
    }

    /// Whether it is no key, or one that can be used: a stopped organization's keys stand still.
    fn alive(&self, principal: &Principal, now: Time) -> bool {
        match principal {
            Principal::ApiKey(id) => self.keys.get(id).is_some_and(|held| {
                held.key.alive(now).is_ok() && self.stopped(held.key.organization_id).is_none()
            }),
            Principal::User(_)
            | Principal::Group(_)
            | Principal::ServiceAccount(_)
            | Principal::Anonymous => true,
        }
    }

    pub(super) fn key_source(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> Option<Source<'_>> {
        let Principal::ApiKey(id) = principal else { return None };
        let held = self.keys.get(id).filter(|held| held.key.alive(now).is_ok())?;
        // One that acts for a service account holds nothing of its own.
        if held.key.service_account_id.is_some() {
            return None;
        }
        let home = held.key.organization_id;
        let reaches = home == organization
            || (held.key.descendants && self.reaching(organization).any(|reaching| reaching == home));
        let descendants = held.key.descendants;
        reaches.then_some(Source::Key { at: home, permissions: &held.permissions, descendants })
    }
}

/// Somewhere that rights come from.
pub(super) enum Source<'a> {
    /// The permissions written on a key.
    Key { at: OrganizationId, permissions: &'a PermissionSet, descendants: bool },
    /// What a principal holds in an organization, itself or by a group.
    Held {
        snapshot: &'a Snapshot,
        at: OrganizationId,
        grants: &'a [Grant],
        group: Option<GroupId>,
        /// No more than this of it.
        within: Option<&'a PermissionSet>,
        now: Time,
    },
    /// What a grant gives one of the platform's staff.
    Support { grant: &'a SupportAccessGrant, permissions: &'a PermissionSet },
}

impl<'a> Source<'a> {
    /// Whether it makes its holder a part of what is asked about, who may then know of it.
    pub(super) fn is_part(&self, on: &On<'_>) -> bool {
        self.support_access_grant().is_none_or(|grant| grant.scope.covers(on.asked()))
    }

    /// The grant that it comes by.
    pub(super) fn support_access_grant(&self) -> Option<&'a SupportAccessGrant> {
        match self {
            Self::Support { grant, .. } => Some(*grant),
            Self::Held { .. } | Self::Key { .. } => None,
        }
    }

    /// Whether this is among what it gives without a condition.
    pub(super) fn allows(&self, permission: PermissionIndex, on: &On<'_>) -> bool {
        self.lets_through(permission)
            && self.permissions(on).any(|permissions| permissions.contains(permission))
    }

    /// Adds all that it gives without a condition.
    pub(super) fn collect(&self, on: &On<'_>, all: &mut PermissionSet) {
        let Self::Held { within: Some(within), .. } = self else {
            return self.permissions(on).for_each(|permissions| all.extend(permissions));
        };
        self.permissions(on).for_each(|permissions| all.extend(&permissions.intersection(within)));
    }

    /// Whether a key that acts for a service account is not too narrow for it.
    pub(super) fn lets_through(&self, permission: PermissionIndex) -> bool {
        match self {
            Self::Held { within: Some(within), .. } => within.contains(permission),
            Self::Held { .. } | Self::Key { .. } | Self::Support { .. } => true,
        }
    }

    fn permissions<'o>(&self, on: &'o On<'o>) -> impl Iterator<Item = &'a PermissionSet> + use<'a, 'o> {
        let written = match self {
            Self::Key { permissions, .. } => Some(*permissions),
            Self::Support { grant, permissions } => grant.scope.covers(on.asked()).then_some(*permissions),
            Self::Held { .. } => None,
        };
        written.into_iter().chain(self.grants(on).map(|(_, role)| &role.permissions))
    }

    /// The live grants that depend on no condition, with their roles, as far as the role may be held there.
    pub(super) fn grants<'o>(
        &self,
        on: &'o On<'o>,
    ) -> impl Iterator<Item = (&'a Grant, &'a HeldRole)> + use<'a, 'o> {
        self.all_grants(on).filter(|(grant, _)| grant.condition.is_none())
    }

    /// The same, also those that count only where a condition is met.
    pub(super) fn all_grants<'o>(
        &self,
        on: &'o On<'o>,
    ) -> impl Iterator<Item = (&'a Grant, &'a HeldRole)> + use<'a, 'o> {
        let held = match self {
            Self::Key { .. } | Self::Support { .. } => None,
            Self::Held { snapshot, at, grants, now, .. } => Some((*snapshot, *at, *grants, *now)),
        };
        held.into_iter().flat_map(move |(snapshot, at, grants, now)| {
            grants
                .iter()
                .filter(move |grant| grant.live(now) && grant.covers(on))
                .filter_map(|grant| Some((grant, snapshot.roles.get(&grant.role_id)?.as_ref())))
                .filter(move |(_, role)| snapshot.role_reaches(role, at))
        })
    }

    /// The group by which it is held.
    pub(super) fn group(&self) -> Option<GroupId> {
        match self {
            Self::Key { .. } | Self::Support { .. } => None,
            Self::Held { group, .. } => *group,
        }
    }

    pub(super) fn at(&self) -> OrganizationId {
        match self {
            Self::Key { at, .. } | Self::Held { at, .. } => *at,
            Self::Support { grant, .. } => grant.organization_id,
        }
    }
}
