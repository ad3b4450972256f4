//! Support access in a snapshot: who of the platform's staff is let in, where and how far.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdMap;

use super::decide::Source;
use super::snapshot::{Snapshot, copied};
use crate::ids::{OrganizationId, SupportAccessGrantId, UserId};
use crate::permissions::{Catalogue, Danger, PermissionIndex, PermissionSet, SUPPORT_ACCESS};
use crate::preferences::Preferences;
use crate::roles::{Principal, ResourceRef};
use crate::support_access_grants::{
    READ_ONLY, READ_WRITE, SupportAccess, SupportAccessGrant, SupportAccessState,
};
use crate::time::Time;

/// What lets the platform's staff into a tree.
#[derive(Debug, Clone, Default)]
pub(super) struct Support {
    /// The grants that were not ended before their time.
    grants: OrdMap<(OrganizationId, SupportAccessGrantId), Arc<SupportAccessGrant>>,
    /// Since when an organization lets the support team in, of those that do.
    since: OrdMap<OrganizationId, Time>,
    rights: Arc<Rights>,
    /// The root's snapshot, which says who is of the staff; none: nobody is asked about who may be. It is no
    /// part of the tree's state.
    root: Option<Arc<Snapshot>>,
}

/// What each kind of access gives in the tree.
#[derive(Debug, Default)]
struct Rights {
    read_only: PermissionSet,
    read_write: PermissionSet,
}

impl Rights {
    fn of(&self, access: SupportAccess) -> &PermissionSet {
        match access {
            SupportAccess::ReadOnly => &self.read_only,
            SupportAccess::ReadWrite => &self.read_write,
        }
    }
}

impl Support {
    /// Reads anew what each kind of access gives.
    pub(super) fn resolve(&mut self, catalogue: &Catalogue) {
        let registered = |most: Danger| {
            let within = catalogue.registered().filter(move |(_, entry)| entry.danger <= most);
            within.map(|(index, _)| index)
        };
        let own = |list: &'static [PermissionIndex]| list.iter().copied();
        let read_only = own(READ_ONLY).chain(registered(Danger::Read)).collect();
        let read_write = own(READ_ONLY).chain(own(READ_WRITE)).chain(registered(Danger::Write)).collect();
        self.rights = Arc::new(Rights { read_only, read_write });
    }

    /// What organizations that left their tree had granted and preferred.
    pub(super) fn remove_all_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        self.grants = self.grants.iter().filter(|((at, _), _)| !gone.contains(at)).map(copied).collect();
        self.since = self.since.iter().filter(|(at, _)| !gone.contains(at)).map(copied).collect();
    }

    /// The same of one organization, at the cost of what that had.
    pub(super) fn remove_of(&mut self, gone: OrganizationId) {
        let granted: Vec<_> = self.granted_at(gone).map(|grant| (gone, grant.id)).collect();
        for place in granted {
            self.grants.remove(&place);
        }
        self.since.remove(&gone);
    }

    fn granted_at(&self, organization: OrganizationId) -> impl Iterator<Item = &Arc<SupportAccessGrant>> {
        let first = SupportAccessGrantId::from_uuid(uuid::Uuid::nil());
        let last = SupportAccessGrantId::from_uuid(uuid::Uuid::max());
        self.grants.range((organization, first)..=(organization, last)).map(|(_, grant)| grant)
    }
}

impl Snapshot {
    /// Puts a grant in, or takes it out once it was ended.
    pub fn put_support_access_grant(&mut self, grant: &SupportAccessGrant) {
        let place = (grant.organization_id, grant.id);
        if grant.ended.is_some() {
            self.support.grants.remove(&place);
        } else {
            self.support.grants.insert(place, Arc::new(grant.clone()));
        }
    }

    /// Puts in whether, and since when, an organization lets the support team in.
    pub fn put_preferences(&mut self, preferences: &Preferences) {
        let at = preferences.organization_id;
        match preferences.support_team_access_time.filter(|_| preferences.support_team_access) {
            Some(since) => self.support.since.insert(at, since),
            None => self.support.since.remove(&at),
        };
    }

    /// The same, from the little of it that decides access.
    pub(super) fn put_support_since(&mut self, at: OrganizationId, since: Time) {
        self.support.since.insert(at, since);
    }

    /// Since when organizations let the support team in, of those that do.
    pub(super) fn support_times(&self) -> impl Iterator<Item = (OrganizationId, Time)> {
        self.support.since.iter().map(|(at, since)| (*at, *since))
    }

    /// Whether any grant of the tree may let somebody in at `now`: else nobody needs to know who is of the
    /// staff.
    pub fn lets_support_in(&self, now: Time) -> bool {
        self.support.grants.values().any(|grant| grant.state(now) == SupportAccessState::Active)
    }

    /// The grants of the tree that were not ended before their time.
    pub fn support_access_grants(&self) -> impl Iterator<Item = &SupportAccessGrant> {
        self.support.grants.values().map(Arc::as_ref)
    }

    /// This snapshot, judging also the platform's staff: who they are, `root` says, the root's snapshot.
    #[must_use]
    pub fn with_staff(&self, root: Arc<Self>) -> Self {
        let mut judging = self.clone();
        judging.support.root = Some(root);
        judging
    }

    /// This snapshot, judging nobody by being of the platform's staff.
    #[must_use]
    pub fn without_staff(&self) -> Self {
        let mut judging = self.clone();
        judging.support.root = None;
        judging
    }

    /// The root's snapshot, if this one judges the platform's staff as well.
    pub fn staff(&self) -> Option<&Arc<Self>> {
        self.support.root.as_ref()
    }

    /// From which moment on an organization that begins at `now` to let the support team in can be said to do
    /// so: after all that was granted before and would reach it, whatever the clocks of those who granted it.
    pub fn support_begins(&self, organization: OrganizationId, now: Time) -> Time {
        let before = self.reaching(organization).flat_map(|at| self.support.granted_at(at));
        before.map(|grant| Time(grant.create_time.micros() + 1)).max().map_or(now, |after| after.max(now))
    }

    /// When a grant of `organization` that is made at `now` is said to be made: not before the organization
    /// lets the support team in. None when it does not.
    pub fn support_granted(&self, organization: OrganizationId, now: Time) -> Option<Time> {
        self.support.since.get(&organization).map(|since| (*since).max(now))
    }

    /// What a kind of access gives in this tree.
    pub fn support_rights(&self, access: SupportAccess) -> &PermissionSet {
        self.support.rights.of(access)
    }

    /// What grants give `principal` in `organization`, nearest first: to a person who is of the staff, by
    /// grants of it and of those above whose roles reach it, as long as each organization on the way
    /// lets the support team in. What is stopped is nobody's to look into.
    pub(super) fn support_sources<'a>(
        &'a self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> impl Iterator<Item = Source<'a>> + use<'a> {
        let user = match principal {
            Principal::User(user) => Some(*user),
            _ => None,
        };
        let root = self.support.root.as_deref().filter(|_| !self.support.grants.is_empty());
        // Asked only once everything else has been asked.
        let staff = root.zip(user).into_iter().filter(move |(root, user)| {
            let permission = SUPPORT_ACCESS.index();
            self.stopped(organization).is_none()
                && root.check(&Principal::User(*user), permission, OrganizationId::ROOT, None, now).allowed()
        });
        staff.flat_map(move |(_, user)| self.letting_in(user, organization, now))
    }

    fn letting_in(
        &self,
        user: UserId,
        organization: OrganizationId,
        now: Time,
    ) -> impl Iterator<Item = Source<'_>> {
        let mut since = Time(i64::MIN);
        let open = self.reaching(organization).map_while(move |at| {
            since = since.max(*self.support.since.get(&at)?);
            Some((at, since))
        });
        open.flat_map(move |(at, since)| {
            let granted = self.support.granted_at(at);
            granted.filter(move |grant| grant.lets_in(user, at == organization, since, now))
        })
        .map(|grant| Source::Support { grant, permissions: self.support.rights.of(grant.access) })
    }

    /// The workspaces of `organization` that grants name for the principal.
    pub(super) fn workspaces_granted(
        &self,
        principal: &Principal,
        organization: OrganizationId,
        now: Time,
    ) -> Vec<ResourceRef> {
        let named = self.support_sources(principal, organization, now).filter_map(|source| match source {
            Source::Support { grant, .. } => grant.scope.workspaces(),
            _ => None,
        });
        named.flatten().map(|id| ResourceRef::workspace(*id)).collect()
    }
}
