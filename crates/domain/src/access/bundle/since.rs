//! What changes of a bundle's facts by events.
//!
//! Each event touches few facts, and each of these is told as it is at the end: so the order of the events does not
//! matter, nor how the tree was in between. Whatever may change which organizations a bundle is about, or what of those
//! above reaches it, is not told in facts: then it is to be loaded again.

use std::collections::BTreeSet;

use super::fact::{Fact, PlaceFact};
use super::gather::{account, group, permission, resource, role};
use super::scope::Scope;
use crate::access::Snapshot;
use crate::ids::{ApiKeyId, GroupId, OrganizationId, RoleId, ServiceAccountId, WorkspaceId};
use crate::ledger::event::{Change, Changed};
use crate::organizations::Organization;
use crate::roles::{Principal, ResourceRef};

/// Something that a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Touched {
    // In the order in which they are told.
    Organization(OrganizationId),
    Permission(String),
    Role(OrganizationId, RoleId),
    Group(OrganizationId, GroupId),
    Account(OrganizationId, ServiceAccountId),
    Workspace(OrganizationId, WorkspaceId),
    Resource(OrganizationId, ResourceRef),
    Place(OrganizationId, Principal),
    // After places: whether another organization's key is shown hangs on them.
    Key(ApiKeyId),
}

/// The bundle is to be loaded again.
struct Reload;

impl Snapshot {
    /// What became of the facts of an organization's bundle by these events, the last of which is the last that
    /// this snapshot holds; `before` is how it was before the first of them, if that is known. None: whoever follows
    /// must load the bundle again.
    pub fn bundle_since<'c>(
        &self,
        before: Option<&Self>,
        organization: OrganizationId,
        descendants: bool,
        changes: impl IntoIterator<Item = &'c Change>,
    ) -> Option<Vec<Fact>> {
        self.node(organization)?;
        let scope = Scope::new(self, organization, descendants);
        let before = before.map(|before| Scope::new(before, organization, descendants));
        let mut touched = BTreeSet::new();
        changes.into_iter().try_for_each(|change| scope.touch(change, &mut touched)).ok()?;
        let mut touched: Vec<_> = touched.into_iter().collect();
        // Parents before children; the sort keeps the order of the rest.
        touched.sort_by_key(|touched| match touched {
            Touched::Organization(id) => self.depth(*id),
            _ => usize::MAX,
        });
        let told = touched.iter().filter_map(|touched| scope.tell(touched, before.as_ref()).transpose());
        told.collect::<Result<_, Reload>>().ok()
    }
}

impl Scope<'_> {
    fn touch(&self, change: &Change, touched: &mut BTreeSet<Touched>) -> Result<(), Reload> {
        match change {
            Change::OrganizationCreated(created) => {
                touched.insert(Touched::Organization(created.id));
            }
            Change::OrganizationUpdated(changed)
            | Change::OrganizationMoved(changed)
            | Change::OrganizationSuspended(changed)
            | Change::OrganizationResumed(changed)
            | Change::OrganizationDeleted(changed)
            | Change::OrganizationUndeleted(changed) => self.organization_changed(changed, touched)?,
            // What they had registered comes or goes with them.
            Change::OrganizationLeft(_) | Change::OrganizationJoined(_) | Change::OrganizationPurged(_) => {
                return Err(Reload);
            }
            Change::MemberAdded(member) | Change::MemberRemoved(member) => {
                self.touch_place(member.organization_id, Principal::User(member.user_id), touched)?;
            }
            Change::MemberUpdated(changed) => {
                let member = &changed.after;
                self.touch_place(member.organization_id, Principal::User(member.user_id), touched)?;
            }
            Change::RoleAssignmentCreated(one) | Change::RoleAssignmentDeleted(one) => {
                self.touch_place(one.organization_id, one.principal, touched)?;
            }
            Change::RoleCreated(role) | Change::RoleDeleted(role) => {
                touched.insert(Touched::Role(role.organization_id, role.id));
            }
            Change::RoleUpdated(changed) => {
                touched.insert(Touched::Role(changed.after.organization_id, changed.after.id));
            }
            // What policies may forbid is told by name.
            Change::PermissionRegistered(_) if self.snapshot.has_policies() => return Err(Reload),
            Change::PermissionRegistered(permission) => {
                touched.insert(Touched::Permission(permission.name.clone()));
            }
            Change::ApiKeyCreated(key) => {
                touched.insert(Touched::Key(key.id));
            }
            Change::ApiKeyUpdated(changed)
            | Change::ApiKeyRotated(changed)
            | Change::ApiKeySecretRetired(changed)
            | Change::ApiKeyRevoked(changed) => {
                touched.insert(Touched::Key(changed.after.id));
            }
            Change::WorkspaceCreated(workspace) | Change::WorkspacePurged(workspace) => {
                touched.insert(Touched::Workspace(workspace.organization_id, workspace.id));
            }
            Change::WorkspaceUpdated(changed) | Change::WorkspaceDeleted(changed) => {
                touched.insert(Touched::Workspace(changed.after.organization_id, changed.after.id));
            }
            Change::WorkspaceUndeleted(changed) => {
                self.unless_named_above(changed.after.organization_id, changed.after.id)?;
                touched.insert(Touched::Workspace(changed.after.organization_id, changed.after.id));
            }
            Change::ResourceCreated(resource) | Change::ResourceDeleted(resource) => {
                touched.insert(Touched::Resource(resource.organization_id, resource.resource.clone()));
            }
            Change::ResourceUpdated(changed) => {
                let resource = &changed.after;
                touched.insert(Touched::Resource(resource.organization_id, resource.resource.clone()));
            }
            Change::GroupCreated(group) => {
                touched.insert(Touched::Group(group.organization_id, group.id));
            }
            Change::GroupDeleted(group) => {
                self.unless_above(group.organization_id)?;
                touched.insert(Touched::Group(group.organization_id, group.id));
            }
            Change::GroupMemberAdded(member) | Change::GroupMemberRemoved(member) => {
                self.touch_place(member.organization_id, member.member, touched)?;
            }
            Change::ServiceAccountCreated(account) | Change::ServiceAccountDeleted(account) => {
                touched.insert(Touched::Account(account.organization_id, account.id));
            }
            Change::ServiceAccountDisabled(changed) | Change::ServiceAccountEnabled(changed) => {
                touched.insert(Touched::Account(changed.after.organization_id, changed.after.id));
            }
            Change::PolicyCreated(policy) | Change::PolicyDeleted(policy) => {
                self.unless_governed_by(policy.organization_id)?;
            }
            Change::PolicyUpdated(changed) => self.unless_governed_by(changed.after.organization_id)?,
            // Display names are in no bundle.
            Change::GroupUpdated(_)
            | Change::ServiceAccountUpdated(_)
            // Whom support access lets in is in none.
            | Change::SupportAccessGrantCreated(_)
            | Change::SupportAccessGrantRevoked(_)
            | Change::PreferencesUpdated(_)
            // These decide nothing, as Snapshot::apply has it.
            | Change::TagCreated(_)
            | Change::TagUpdated(_)
            | Change::TagDeleted(_)
            | Change::TagAttached(_)
            | Change::TagDetached(_)
            | Change::InvitationCreated(_)
            | Change::InvitationUpdated(_)
            | Change::InvitationResent(_)
            | Change::InvitationAccepted(_)
            | Change::InvitationDeclined(_)
            | Change::InvitationRevoked(_)
            | Change::InvitationBounced(_)
            | Change::InviteLinkCreated(_)
            | Change::InviteLinkUpdated(_)
            | Change::InviteLinkUsed(_)
            | Change::InviteLinkRevoked(_)
            | Change::MembershipRequestCreated(_)
            | Change::MembershipRequestApproved(_)
            | Change::MembershipRequestDenied(_)
            | Change::MembershipRequestWithdrawn(_)
            | Change::OwnershipTransferCreated(_)
            | Change::OwnershipTransferEnded(_)
            | Change::SettingsUpdated(_)
            | Change::LimitsUpdated(_)
            | Change::CustomizationsUpdated(_)
            | Change::UserCreated(_)
            | Change::UserUpdated(_)
            | Change::AuditActionRegistered(_)
            | Change::CustomRecorded(_) => {}
        }
        Ok(())
    }

    /// An organization is in another state, or hangs elsewhere or otherwise.
    ///
    /// Whatever joins or leaves those inside by another edge hangs, or hung, on one that is still inside, or is above.
    fn organization_changed(
        &self,
        changed: &Changed<Organization>,
        touched: &mut BTreeSet<Touched>,
    ) -> Result<(), Reload> {
        let (before, after) = (&changed.before, &changed.after);
        let id = after.id;
        let above = self.snapshot.lineage(self.organization).any(|(above, _)| above == id);
        if (before.parent(), inherits(before)) != (after.parent(), inherits(after)) {
            let concerned = [before.parent(), after.parent()].into_iter().flatten().any(|at| self.inside(at));
            if above || concerned || self.inside(id) {
                return Err(Reload);
            }
        }
        if above && !self.holds(id) {
            // What is above all that is shown stops the topmost that is.
            touched.insert(Touched::Organization(self.top()));
        } else {
            touched.insert(Touched::Organization(id));
        }
        // Keys of organizations outside stand still with these, which may be below this one.
        touched.extend(self.foreign_keys().map(Touched::Key));
        Ok(())
    }

    fn touch_place(
        &self,
        at: OrganizationId,
        who: Principal,
        touched: &mut BTreeSet<Touched>,
    ) -> Result<(), Reload> {
        match who {
            // Of those above it hangs on this whether others are shown: who is in the group, whose key it is.
            Principal::Group(_) | Principal::ServiceAccount(_) => self.unless_above(at)?,
            Principal::ApiKey(key) => {
                touched.insert(Touched::Key(key));
            }
            Principal::User(_) | Principal::Anonymous => {}
        }
        touched.insert(Touched::Place(at, who));
        Ok(())
    }

    /// What is held above on a workspace is shown only while that lives inside.
    fn unless_named_above(&self, at: OrganizationId, id: WorkspaceId) -> Result<(), Reload> {
        let resource = ResourceRef::workspace(id);
        let named = self.inside(at)
            && self.above().any(|above| {
                let mut held = self.snapshot.places.at(above).flat_map(|(_, place)| &place.grants);
                held.any(|grant| grant.resource.as_deref() == Some(&resource))
            });
        if named { Err(Reload) } else { Ok(()) }
    }

    /// Policies change seldom, and what they may forbid is much.
    fn unless_governed_by(&self, at: OrganizationId) -> Result<(), Reload> {
        if self.holds(at) { Err(Reload) } else { Ok(()) }
    }

    fn unless_above(&self, at: OrganizationId) -> Result<(), Reload> {
        if self.above().any(|above| above == at) { Err(Reload) } else { Ok(()) }
    }

    /// What is to be told of something: nothing when it is nothing of this bundle's, or as it was.
    fn tell(&self, touched: &Touched, before: Option<&Self>) -> Result<Option<Fact>, Reload> {
        let now = self.shown(touched);
        match before.map(|before| before.shown(touched)) {
            Some(was) if was == now => return Ok(None),
            Some(_) if now.is_none() => return Ok(gone(touched)),
            _ => {}
        }
        if now.is_some() {
            return Ok(now);
        }
        // It is not known whether it was shown before.
        let home = match touched {
            Touched::Organization(_) | Touched::Permission(_) => return Ok(None),
            Touched::Role(at, _)
            | Touched::Group(at, _)
            | Touched::Account(at, _)
            | Touched::Workspace(at, _)
            | Touched::Resource(at, _)
            | Touched::Place(at, _) => *at,
            Touched::Key(id) => {
                let Some(held) = self.snapshot.keys.get(id) else { return Ok(None) };
                // One that can be used no longer, but has something here.
                if !self.holds(held.key.organization_id) && self.shows_key(*id, held) {
                    return Ok(gone(touched));
                }
                held.key.organization_id
            }
        };
        if self.inside(home) {
            Ok(gone(touched))
        } else if self.holds(home) {
            // To say that something above is gone would tell that it was there.
            Err(Reload)
        } else {
            Ok(None)
        }
    }

    /// What the bundle shows of something.
    fn shown(&self, touched: &Touched) -> Option<Fact> {
        let snapshot = self.snapshot;
        match touched {
            Touched::Organization(id) => self.organization(*id).filter(|_| self.holds(*id)),
            Touched::Permission(name) => {
                let mut registered = snapshot.catalogue.registered();
                registered.find(|(_, entry)| entry.name == *name).map(|(_, entry)| permission(entry))
            }
            Touched::Role(at, id) => {
                let held = snapshot.roles.get(id).filter(|_| self.holds(*at));
                held.and_then(|held| role(*id, held))
            }
            Touched::Group(at, id) => {
                let shows = self.holds(*at) && snapshot.has_group(*at, *id) && self.shows_group(*at, *id);
                shows.then(|| group(*id, *at))
            }
            Touched::Account(at, id) => {
                let held =
                    snapshot.accounts.get(id).filter(|_| self.holds(*at) && self.shows_account(*at, *id));
                held.map(|held| account(*id, *at, held.disabled))
            }
            Touched::Workspace(at, id) => {
                let shows = self.inside(*at) && snapshot.has_workspace(*at, *id);
                shows.then_some(Fact::Workspace { at: *at, id: *id })
            }
            Touched::Resource(at, own) => {
                let placed = snapshot.resources.get(*at, own).filter(|_| self.inside(*at));
                placed.map(|placed| resource(*at, own, placed))
            }
            Touched::Place(at, who) => {
                let place = snapshot.places.get(*at, who).filter(|_| self.holds(*at));
                let told = place.and_then(|place| self.place(who, place));
                told.map(|told| Fact::Places { at: *at, of: vec![told] })
            }
            Touched::Key(id) => snapshot.keys.get(id).and_then(|held| self.key(*id, held)),
        }
    }
}

/// That something is there no longer.
fn gone(touched: &Touched) -> Option<Fact> {
    Some(match touched {
        // By these the bundle is loaded again.
        Touched::Organization(_) | Touched::Permission(_) => return None,
        Touched::Role(_, id) => Fact::RoleGone(*id),
        Touched::Group(_, id) => Fact::GroupGone(*id),
        Touched::Account(_, id) => Fact::ServiceAccountGone(*id),
        Touched::Workspace(at, id) => Fact::WorkspaceGone { at: *at, id: *id },
        Touched::Resource(at, own) => Fact::ResourceGone { at: *at, on: own.clone() },
        Touched::Key(id) => Fact::ApiKeyGone(*id),
        Touched::Place(at, who) => {
            let (grants, groups) = (Vec::new(), Vec::new());
            Fact::Places {
                at: *at,
                of: vec![PlaceFact { who: *who, member: false, until: None, grants, groups }],
            }
        }
    })
}

fn inherits(organization: &Organization) -> bool {
    organization.edge.is_some_and(|edge| edge.inherits_roles)
}
