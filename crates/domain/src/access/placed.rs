//! An application's resources in a snapshot: what stands below what, and which roles reach how far down.
//!
//! Only what is asked about a registered resource, or one of an organization that registered any, looks here.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::snapshot::{Snapshot, copied};
use crate::ids::OrganizationId;
use crate::resources::{MAX_LEVELS, PlaceRefused, Resource};
use crate::roles::ResourceRef;

/// The registered resources, by their organizations.
#[derive(Debug, Clone, Default)]
pub(super) struct Resources(OrdMap<OrganizationId, OfOne>);

/// Those of one organization. A resource's name is in memory once, however many stand below it.
#[derive(Debug, Clone, Default)]
struct OfOne {
    placed: OrdMap<Arc<ResourceRef>, Placed>,
    /// What stands directly below what.
    below: OrdSet<(Arc<ResourceRef>, Arc<ResourceRef>)>,
}

/// Where one stands.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub parent: Option<Arc<ResourceRef>>,
    pub inherits_roles: bool,
}

/// What is asked about, with what is above it from where roles reach it.
#[derive(Debug)]
pub(super) struct On<'a> {
    asked: Option<&'a ResourceRef>,
    above: Vec<&'a ResourceRef>,
}

impl<'a> On<'a> {
    /// The organization as a whole.
    pub const fn whole() -> Self {
        Self { asked: None, above: Vec::new() }
    }

    /// What is asked about itself; none: the organization as a whole.
    pub const fn asked(&self) -> Option<&'a ResourceRef> {
        self.asked
    }

    /// Whether what is held on a resource is held on what is asked about.
    pub fn reached_from(&self, held_on: &ResourceRef) -> bool {
        self.asked == Some(held_on) || self.above.contains(&held_on)
    }
}

impl Resources {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.values().map(|of| of.placed.len()).sum()
    }

    pub fn remove_all_at(&mut self, gone: OrganizationId) {
        self.0.remove(&gone);
    }

    pub fn remove_all_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        self.0 = self.0.iter().filter(|(at, _)| !gone.contains(at)).map(copied).collect();
    }

    /// All of them, in their order.
    pub fn all(&self) -> impl Iterator<Item = (OrganizationId, &ResourceRef, &Placed)> {
        self.0.iter().flat_map(|(at, of)| of.placed.iter().map(move |(own, placed)| (*at, &**own, placed)))
    }

    /// Those of one organization.
    pub fn of(&self, at: OrganizationId) -> impl Iterator<Item = (&ResourceRef, &Placed)> {
        let of = self.0.get(&at);
        of.into_iter().flat_map(|of| of.placed.iter().map(|(own, placed)| (&**own, placed)))
    }

    pub fn get(&self, at: OrganizationId, resource: &ResourceRef) -> Option<&Placed> {
        self.0.get(&at)?.placed.get(resource)
    }
}

impl OfOne {
    /// A resource's name, in the memory that it has already.
    fn name(&self, resource: &ResourceRef) -> Arc<ResourceRef> {
        let known = self.placed.get_key_value(resource).map(|(known, _)| known);
        let above = || self.entries_below(resource).next().map(|(above, _)| above);
        known.or_else(above).cloned().unwrap_or_else(|| Arc::new(resource.clone()))
    }

    fn entries_below<'a>(
        &'a self,
        parent: &'a ResourceRef,
    ) -> impl Iterator<Item = &'a (Arc<ResourceRef>, Arc<ResourceRef>)> {
        let nothing = ResourceRef { kind: String::new(), id: String::new() };
        let first = (Arc::new(parent.clone()), Arc::new(nothing));
        self.below.range(first..).take_while(move |(above, _)| **above == *parent)
    }

    fn directly_below<'a>(&'a self, parent: &'a ResourceRef) -> impl Iterator<Item = &'a ResourceRef> {
        self.entries_below(parent).map(|(_, below)| &**below)
    }
}

impl Snapshot {
    /// Puts a registered resource in, or in its new place.
    pub fn put_resource(&mut self, resource: &Resource) {
        let parent = resource.parent.as_ref();
        self.put_resource_below(
            resource.organization_id,
            &resource.resource,
            parent,
            resource.inherits_roles,
        );
    }

    /// The same, from the little of it that decides access.
    pub fn put_resource_below(
        &mut self,
        at: OrganizationId,
        resource: &ResourceRef,
        parent: Option<&ResourceRef>,
        inherits_roles: bool,
    ) {
        let of = self.resources.0.entry(at).or_default();
        let (own, parent) = (of.name(resource), parent.map(|parent| of.name(parent)));
        let before = of.placed.insert(own.clone(), Placed { parent: parent.clone(), inherits_roles });
        if let Some(before) = before.and_then(|before| before.parent) {
            of.below.remove(&(before, own.clone()));
        }
        if let Some(parent) = parent {
            of.below.insert((parent, own));
        }
    }

    /// Takes a resource out that nothing stands below.
    pub(super) fn remove_resource(&mut self, at: OrganizationId, resource: &ResourceRef) {
        let Some(of) = self.resources.0.get_mut(&at) else { return };
        let Some((own, placed)) = of.placed.remove_with_key(resource) else { return };
        if let Some(parent) = placed.parent {
            of.below.remove(&(parent, own));
        }
        if of.placed.is_empty() {
            self.resources.0.remove(&at);
        }
    }

    /// Whether a resource is registered in an organization.
    pub fn has_resource(&self, at: OrganizationId, resource: &ResourceRef) -> bool {
        self.resources.get(at, resource).is_some()
    }

    /// The registered resources that stand directly below a workspace or a resource, in their order.
    pub fn resources_below<'a>(
        &'a self,
        at: OrganizationId,
        parent: &'a ResourceRef,
    ) -> impl Iterator<Item = &'a ResourceRef> {
        self.resources.0.get(&at).into_iter().flat_map(move |of| of.directly_below(parent))
    }

    /// All that stand below a workspace or a resource on any level, parents before children.
    pub fn all_resources_below<'a>(
        &'a self,
        at: OrganizationId,
        parent: &'a ResourceRef,
    ) -> Vec<&'a ResourceRef> {
        let mut found: Vec<_> = self.resources_below(at, parent).collect();
        let mut next = 0;
        while let Some(above) = found.get(next).copied() {
            next += 1;
            found.extend(self.resources_below(at, above));
        }
        found
    }

    /// What a resource stands below, nearest first; the last may be a workspace.
    pub fn resources_above(&self, at: OrganizationId, resource: &ResourceRef) -> Vec<&ResourceRef> {
        let parent = |resource: &ResourceRef| self.resources.get(at, resource)?.parent.as_deref();
        std::iter::successors(parent(resource), |above| parent(above)).take(MAX_LEVELS + 1).collect()
    }

    /// What is asked about, with all that it is asked about by: roles that are held on a resource reach down by
    /// edges that inherit them. None when it is not there: a workspace that is deleted, or another organization's, and what
    /// stands below one, allow nothing to anybody. What an application has not registered is for the application to know.
    pub(super) fn on<'a>(
        &'a self,
        organization: OrganizationId,
        resource: Option<&'a ResourceRef>,
    ) -> Option<On<'a>> {
        let Some(asked) = resource else { return Some(On::whole()) };
        let mut on = On { asked: Some(asked), above: Vec::new() };
        if asked.is_workspace() {
            return self.workspace_lives(organization, asked).then_some(on);
        }
        let Some(of) = self.resources.0.get(&organization) else { return Some(on) };
        let (mut at, mut reaches) = (asked, true);
        for _ in 0..=MAX_LEVELS {
            let Some(placed) = of.placed.get(at) else { return Some(on) };
            let Some(parent) = placed.parent.as_deref() else { return Some(on) };
            reaches &= placed.inherits_roles;
            if reaches {
                on.above.push(parent);
            }
            if parent.is_workspace() {
                return self.workspace_lives(organization, parent).then_some(on);
            }
            at = parent;
        }
        // Deeper than anything can be put, or in a circle: it is nowhere.
        None
    }

    /// How many resources an organization has.
    pub fn count_resources(&self, organization: OrganizationId) -> usize {
        self.resources.0.get(&organization).map_or(0, |of| of.placed.len())
    }

    /// Whether what is asked about is there: neither a workspace that was deleted nor anything that stands in one.
    pub fn there(&self, organization: OrganizationId, resource: Option<&ResourceRef>) -> bool {
        self.on(organization, resource).is_some()
    }

    fn workspace_lives(&self, organization: OrganizationId, resource: &ResourceRef) -> bool {
        resource.as_workspace().is_some_and(|id| self.has_workspace(organization, id))
    }

    /// The resources that roles reach that are held on these, without these themselves unless they stand below others of
    /// them.
    pub(super) fn resources_reached_from<'a>(
        &'a self,
        at: OrganizationId,
        held_on: impl IntoIterator<Item = &'a ResourceRef>,
    ) -> BTreeSet<&'a ResourceRef> {
        let mut found = BTreeSet::new();
        let Some(of) = self.resources.0.get(&at) else { return found };
        let mut open: Vec<_> = held_on.into_iter().collect();
        while let Some(above) = open.pop() {
            let inherits =
                |below: &&ResourceRef| of.placed.get(*below).is_some_and(|placed| placed.inherits_roles);
            open.extend(of.directly_below(above).filter(inherits).filter(|below| found.insert(*below)));
        }
        found
    }

    /// Whether a resource, which may be registered or not, can stand below `parent` with all that is below it.
    pub fn check_resource_place(
        &self,
        at: OrganizationId,
        resource: &ResourceRef,
        parent: &ResourceRef,
    ) -> Result<(), PlaceRefused> {
        let known = parent.is_workspace() || self.has_resource(at, parent);
        if !known || !self.there(at, Some(parent)) {
            return Err(PlaceRefused::NoParent);
        }
        let above = self.resources_above(at, parent);
        if parent == resource || above.contains(&resource) {
            return Err(PlaceRefused::Cycle);
        }
        let levels = std::iter::once(parent).chain(above).filter(|above| !above.is_workspace()).count();
        if levels + 1 + self.resources_height(at, resource) > MAX_LEVELS {
            return Err(PlaceRefused::TooDeep);
        }
        Ok(())
    }

    /// How many levels stand below a resource.
    fn resources_height(&self, at: OrganizationId, resource: &ResourceRef) -> usize {
        let mut level: Vec<_> = self.resources_below(at, resource).collect();
        let mut height = 0;
        while !level.is_empty() && height <= MAX_LEVELS {
            height += 1;
            level = level.into_iter().flat_map(|above| self.resources_below(at, above)).collect();
        }
        height
    }
}
