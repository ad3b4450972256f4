//! Permissions that an application registers for its own product.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use imbl::{OrdMap, Vector};
use serde::{Deserialize, Serialize};

use super::catalogue::{CATALOGUE, COUNT};
use super::{Danger, PermissionIndex};
use crate::ids::OrganizationId;
use crate::roles::ResourceRef;
use crate::time::Time;

static OWN: LazyLock<HashMap<&'static str, PermissionIndex>> = LazyLock::new(|| {
    CATALOGUE.iter().zip(0..).map(|(entry, index)| (entry.name, PermissionIndex(index))).collect()
});

/// A permission that an application registered; it is known in the whole tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredPermission {
    /// The organization that registered it.
    pub organization_id: OrganizationId,
    /// `resource.action`, for example `documents.publish`.
    pub name: String,
    /// What it allows, for a person.
    pub description: String,
    /// `READ` permissions are also held by Reader; Owner and Admin hold all.
    pub danger: Danger,
    /// No longer to be granted; still checked.
    pub deprecated: bool,
    /// When it was registered.
    pub create_time: Time,
}

/// Why a permission cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPermission {
    /// Not `resource.action` in lower case.
    #[error(
        "must be `resource.action`: each part 1 to 63 characters of a-z, 0-9 and _, beginning with a letter"
    )]
    Form,
    /// The resource is one of Polity's own.
    #[error("the resource `{0}` is Polity's own")]
    Reserved(String),
}

impl RegisteredPermission {
    /// Checks a name: `resource.action`, not one of Polity's own resources.
    pub fn check_name(name: &str) -> Result<(), InvalidPermission> {
        let (resource, action) = name.split_once('.').ok_or(InvalidPermission::Form)?;
        if !is_name_part(resource) || !is_name_part(action) {
            return Err(InvalidPermission::Form);
        }
        let own = CATALOGUE.iter().any(|entry| entry.name.split('.').next() == Some(resource));
        // What roles are held on is called so: a resource of the application would pass for it.
        if own || matches!(resource, "organization" | ResourceRef::WORKSPACE) {
            Err(InvalidPermission::Reserved(resource.to_owned()))
        } else {
            Ok(())
        }
    }
}

/// Whether it can be the resource or the action of a permission's name.
pub(super) fn is_name_part(part: &str) -> bool {
    (1..=63).contains(&part.len())
        && part.starts_with(|first: char| first.is_ascii_lowercase())
        && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// The permissions known in one tree: Polity's own and the registered ones.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    by_name: OrdMap<Arc<str>, PermissionIndex>,
    /// By place; none where one was withdrawn, so that no place is ever another permission's.
    registered: Vector<Option<Arc<RegisteredPermission>>>,
}

impl Catalogue {
    /// The place of a permission by its name.
    pub fn index(&self, name: &str) -> Option<PermissionIndex> {
        OWN.get(name).or_else(|| self.by_name.get(name)).copied()
    }

    /// The name of the permission at a place.
    pub fn name(&self, index: PermissionIndex) -> &str {
        match CATALOGUE.get(usize::from(index.0)) {
            Some(entry) => entry.name,
            None => self.entry(index).map_or("", |entry| &entry.name),
        }
    }

    /// The registered permissions with their places, in the order of registration.
    pub fn registered(&self) -> impl Iterator<Item = (PermissionIndex, &RegisteredPermission)> {
        let places = self.registered.iter().zip(COUNT..);
        places.filter_map(|(entry, index)| Some((PermissionIndex(index), entry.as_deref()?)))
    }

    /// Adds a registered permission, or describes it anew: its place never changes, and it stays with the
    /// organization that registered it first.
    pub fn register(&mut self, permission: &RegisteredPermission) {
        if let Some(index) = self.by_name.get(permission.name.as_str()).copied() {
            let mut entry = permission.clone();
            if let Some(old) = self.entry(index) {
                entry.organization_id = old.organization_id;
                entry.create_time = old.create_time;
            }
            self.registered.set(usize::from(index.0 - COUNT), Some(Arc::new(entry)));
        } else if let Some(index) = self.next_place() {
            self.by_name.insert(permission.name.as_str().into(), index);
            self.registered.push_back(Some(Arc::new(permission.clone())));
        }
    }

    /// Forgets what these organizations registered: they left the tree.
    pub(crate) fn withdraw(&mut self, gone: impl Fn(OrganizationId) -> bool) {
        for place in &mut self.registered {
            if let Some(entry) = place.take_if(|entry| gone(entry.organization_id)) {
                self.by_name.remove(entry.name.as_str());
            }
        }
    }

    fn next_place(&self) -> Option<PermissionIndex> {
        let place = u16::try_from(self.registered.len()).ok()?.checked_add(COUNT)?;
        (place < u16::MAX).then_some(PermissionIndex(place))
    }

    /// The registered permission at a place.
    pub(crate) fn registered_at(&self, index: PermissionIndex) -> Option<&RegisteredPermission> {
        self.entry(index).map(Arc::as_ref)
    }

    fn entry(&self, index: PermissionIndex) -> Option<&Arc<RegisteredPermission>> {
        self.registered.get(usize::from(index.0.checked_sub(COUNT)?))?.as_ref()
    }
}
