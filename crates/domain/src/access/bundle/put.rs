//! Facts, put into a snapshot.

use std::collections::BTreeMap;

use super::envelope::BundleError;
use super::fact::{Fact, KeyFact, OrganizationFact, PermissionFact, PlaceFact, RoleFact, Stands};
use crate::access::snapshot::{Grant, HeldAccount, Membership, Snapshot};
use crate::api_keys::ApiKey;
use crate::ids::OrganizationId;
use crate::organizations::{Edge, Organization, OrganizationState, Profile};
use crate::permissions::{CATALOGUE, RegisteredPermission};
use crate::roles::{BuiltIn, Principal, Role};
use crate::time::Time;

/// When something was made, where that decides nothing and is not told.
const UNTOLD: Time = Time(0);

impl Snapshot {
    /// Makes a fact true. What does not fit to what is there already is an error.
    pub(super) fn put_fact(&mut self, fact: &Fact) -> Result<(), BundleError> {
        match fact {
            Fact::BuiltIn { role, permissions } => {
                let role = BuiltIn::from_id(*role).ok_or(BundleError::OtherCatalogue)?;
                let differs = CATALOGUE
                    .iter()
                    .any(|entry| entry.roles.contains(&role) != permissions.contains(entry.name));
                return if differs { Err(BundleError::OtherCatalogue) } else { Ok(()) };
            }
            Fact::Organization(organization) => return self.put_organization_fact(organization),
            Fact::Permission(permission) => return self.put_permission_fact(permission),
            Fact::Role(role) => self.put_role_fact(role),
            Fact::Group(group) => {
                let title = group.title.clone().unwrap_or_else(|| group.id.to_string());
                self.put_group_named(group.id, group.at, &title);
            }
            Fact::ServiceAccount(account) => {
                let held = HeldAccount { organization_id: account.at, disabled: account.disabled };
                self.accounts.insert(account.id, held);
            }
            Fact::ApiKey(key) => self.put_key(&api_key(key)),
            Fact::Workspace { at, id } => {
                self.workspaces.insert((*at, *id));
            }
            Fact::Resource(fact) => {
                self.put_resource_below(fact.at, &fact.on, fact.below.as_ref(), !fact.shut);
            }
            Fact::Places { at, of } => of.iter().for_each(|place| self.put_place(*at, place)),
            Fact::SupportSince { at, since } => self.put_support_since(*at, *since),
            Fact::SupportAccessGrant(grant) => self.put_support_access_grant(grant),
            Fact::Policy(policy) => self.put_policy(policy),
            Fact::Forbids { at, id, permissions } => self.put_untold_policy(*at, *id, permissions),
            Fact::RoleGone(role) => self.remove_role(*role),
            Fact::GroupGone(group) => {
                if let Some(at) = self.groups.get(group).map(|held| held.organization_id) {
                    self.remove_group_at(at, *group);
                }
            }
            Fact::ServiceAccountGone(account) => {
                if let Some(at) = self.accounts.get(account).map(|held| held.organization_id) {
                    self.remove_account_at(at, *account);
                }
            }
            Fact::ApiKeyGone(key) => {
                self.keys.remove(key);
            }
            Fact::WorkspaceGone { at, id } => {
                self.workspaces.remove(&(*at, *id));
            }
            Fact::ResourceGone { at, on } => self.remove_resource(*at, on),
        }
        Ok(())
    }

    /// Parents come before children, and an organization never hangs elsewhere than it did: so there is no circle.
    fn put_organization_fact(&mut self, fact: &OrganizationFact) -> Result<(), BundleError> {
        let edge = match &fact.rest {
            Some(rest) => rest.edge,
            None => fact.parent.map(Edge::to),
        };
        let fits = match self.node(fact.id) {
            Some(known) => known.edge == edge,
            None => edge.map_or(self.organizations.is_empty(), |edge| self.node(edge.parent).is_some()),
        };
        if !fits {
            return Err(BundleError::Misplaced(fact.id));
        }
        let rest = fact.rest.as_deref();
        let state = rest.map_or_else(|| untold_state(fact.state), |rest| rest.state.clone());
        self.put_organization(&Organization {
            id: fact.id,
            tree_id: self.tree_id,
            edge,
            title: rest.map_or_else(|| fact.id.to_string(), |rest| rest.title.clone()),
            slug: String::new(),
            external_id: None,
            kind: String::new(),
            region: rest.map(|rest| rest.region.clone()).unwrap_or_default(),
            labels: BTreeMap::new(),
            profile: Profile::default(),
            state,
            create_time: UNTOLD,
            update_time: UNTOLD,
        });
        Ok(())
    }

    fn put_permission_fact(&mut self, fact: &PermissionFact) -> Result<(), BundleError> {
        // An application's word that became Polity's own since would mean another thing.
        if CATALOGUE.iter().any(|entry| entry.name == fact.name) {
            return Err(BundleError::OtherCatalogue);
        }
        let untold = || RegisteredPermission {
            organization_id: self.tree_id,
            name: fact.name.clone(),
            description: String::new(),
            danger: fact.danger,
            deprecated: false,
            create_time: UNTOLD,
        };
        let permission = fact.rest.as_deref().cloned().unwrap_or_else(untold);
        self.put_permission(&permission);
        Ok(())
    }

    fn put_role_fact(&mut self, fact: &RoleFact) {
        self.put_role(&Role {
            id: fact.id,
            organization_id: fact.at,
            title: fact.title.clone().unwrap_or_else(|| fact.id.to_string()),
            description: String::new(),
            scope: fact.scope,
            permissions: fact.permissions.clone(),
            create_time: UNTOLD,
            update_time: UNTOLD,
        });
    }

    /// All that a principal has somewhere, in place of what it had.
    fn put_place(&mut self, at: OrganizationId, fact: &PlaceFact) {
        let who = fact.who;
        let before = self.places.get(at, &who).map(|place| place.groups.clone()).unwrap_or_default();
        for group in before {
            self.in_groups.remove(&(group, who));
        }
        self.in_groups.extend(fact.groups.iter().map(|group| (*group, who)));
        let grants = fact.grants.iter().map(|grant| Grant {
            assignment_id: grant.id,
            role_id: grant.role,
            resource: grant.on.clone().map(Box::new),
            expire_time: grant.until,
            condition: None,
        });
        self.places.change(at, who, |place| {
            place.membership = fact.member.then_some(Membership { expire_time: fact.until });
            place.grants = grants.collect();
            place.groups = fact.groups.iter().copied().collect();
            place.groups.sort_unstable();
            place.groups.dedup();
        });
        if let Principal::User(user) = who {
            self.note_owner(at, user);
        }
    }
}

fn untold_state(state: Stands) -> OrganizationState {
    match state {
        Stands::Active => OrganizationState::Active,
        Stands::Suspended => OrganizationState::Suspended { reason: String::new() },
        Stands::Deleted => {
            OrganizationState::Deleted { delete_time: UNTOLD, purge_time: Time::MAX, suspend_reason: None }
        }
    }
}

fn api_key(fact: &KeyFact) -> ApiKey {
    let rest = fact.rest.as_deref();
    ApiKey {
        id: fact.id,
        organization_id: fact.at,
        title: rest.map(|rest| rest.title.clone()).unwrap_or_default(),
        service_account_id: fact.account,
        permissions: fact.permissions.clone(),
        descendants: fact.descendants,
        allowed_cidrs: rest.map(|rest| rest.allowed_cidrs.clone()).unwrap_or_default(),
        rate_limit_per_minute: rest.and_then(|rest| rest.rate_limit_per_minute),
        expire_time: fact.until,
        secrets: rest.map(|rest| rest.secrets.clone()).unwrap_or_default(),
        revoked: rest.and_then(|rest| rest.revoked),
        creator: rest.map_or(Principal::ApiKey(fact.id), |rest| rest.creator),
        create_time: rest.map_or(UNTOLD, |rest| rest.create_time),
        update_time: rest.map_or(UNTOLD, |rest| rest.update_time),
    }
}
