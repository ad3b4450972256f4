//! What everybody may do, signed in or not: what anonymous holds.
//!
//! It makes nobody a part of anything and is nobody's to hand on, so neither permits' refusals nor who may grant what know
//! of it. Polity's own permissions are never public, whatever role anonymous holds.

use super::Circumstances;
use super::placed::On;
use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, RoleId};
use crate::permissions::{Danger, PermissionIndex, PermissionSet};
use crate::roles::Principal;

impl Snapshot {
    /// Whether a permission can be public: one of an application's own that shows something and changes nothing.
    pub fn can_be_public(&self, permission: PermissionIndex) -> bool {
        self.catalogue.registered_at(permission).is_some_and(|entry| entry.danger == Danger::Read)
    }

    /// Whether anonymous may hold a role: all that it gives can be public, and it gives something.
    pub fn role_can_be_public(&self, role: RoleId) -> bool {
        let permissions = self.role_permissions(role);
        permissions.is_some_and(|permissions| {
            permissions.iter().next().is_some() && permissions.iter().all(|one| self.can_be_public(one))
        })
    }

    /// Whether everybody may do this, whatever is stopped on the way.
    pub(super) fn is_public(
        &self,
        permission: PermissionIndex,
        organization: OrganizationId,
        on: &On<'_>,
        circumstances: &Circumstances<'_>,
    ) -> bool {
        let anonymous = Principal::Anonymous;
        // First what costs nothing where nothing is public.
        !self.places.of(&anonymous).is_empty()
            && self.can_be_public(permission)
            && self.gives(&anonymous, permission, organization, on, circumstances, &mut false)
    }

    /// Adds what everybody may do, whatever is stopped on the way.
    pub(super) fn add_public(
        &self,
        all: &mut PermissionSet,
        organization: OrganizationId,
        on: &On<'_>,
        circumstances: &Circumstances<'_>,
    ) {
        let anonymous = Principal::Anonymous;
        if self.places.of(&anonymous).is_empty() {
            return;
        }
        let mut given = self.own_on(&anonymous, organization, on.asked(), circumstances.now);
        self.add_conditional(&mut given, &anonymous, organization, on, circumstances);
        let public: PermissionSet = given.iter().filter(|one| self.can_be_public(*one)).collect();
        all.extend(&public);
    }
}
