//! How events change a snapshot. The only way it changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::conditional::HeldCondition;
use super::snapshot::{Grant, Membership, Node, Snapshot, Standing, copied};
use crate::api_keys::ApiKey;
use crate::ids::{OrganizationId, RoleId, UserId};
use crate::ledger::event::{Change, Subtree};
use crate::members::Member;
use crate::organizations::{Organization, OrganizationState};
use crate::permissions::RegisteredPermission;
use crate::roles::{BuiltIn, Principal, Role, RoleAssignment};
use crate::time::Time;
use crate::workspaces::Workspace;

impl Snapshot {
    /// Folds the next event of the tree's ledger in.
    pub fn apply(&mut self, change: &Change) {
        self.revision += 1;
        match change {
            Change::OrganizationCreated(organization) => self.put_organization(organization),
            Change::OrganizationUpdated(changed)
            | Change::OrganizationMoved(changed)
            | Change::OrganizationSuspended(changed)
            | Change::OrganizationResumed(changed)
            | Change::OrganizationDeleted(changed)
            | Change::OrganizationUndeleted(changed) => self.put_organization(&changed.after),
            Change::OrganizationLeft(changed) => self.remove_subtree(changed.before.id),
            Change::OrganizationJoined(subtree) => self.put_subtree(subtree),
            Change::OrganizationPurged(purged) => self.remove_organization(purged.id),
            Change::MemberAdded(member) => self.put_member(member),
            Change::MemberUpdated(changed) => self.put_member(&changed.after),
            Change::MemberRemoved(member) => self.remove_member(member),
            Change::RoleAssignmentCreated(assignment) => self.put_assignment(assignment),
            Change::RoleAssignmentDeleted(assignment) => self.remove_assignment(assignment),
            Change::RoleCreated(role) => self.put_role(role),
            Change::RoleUpdated(changed) => self.put_role(&changed.after),
            Change::RoleDeleted(role) => self.remove_role(role.id),
            Change::PermissionRegistered(permission) => self.put_permission(permission),
            Change::ApiKeyCreated(key) => self.put_key(key),
            Change::ApiKeyUpdated(changed)
            | Change::ApiKeyRotated(changed)
            | Change::ApiKeySecretRetired(changed)
            | Change::ApiKeyRevoked(changed) => self.put_key(&changed.after),
            // A deleted one is out already.
            Change::WorkspaceCreated(workspace) | Change::WorkspacePurged(workspace) => {
                self.put_workspace(workspace);
            }
            Change::WorkspaceUpdated(changed)
            | Change::WorkspaceDeleted(changed)
            | Change::WorkspaceUndeleted(changed) => self.put_workspace(&changed.after),
            Change::GroupCreated(group) => self.put_group(group),
            Change::GroupUpdated(changed) => self.put_group(&changed.after),
            Change::GroupDeleted(group) => self.remove_group(group),
            Change::GroupMemberAdded(member) => {
                self.put_group_member(member.organization_id, member.group_id, member.member);
            }
            Change::GroupMemberRemoved(member) => self.remove_group_member(member),
            Change::ServiceAccountCreated(account) => self.put_service_account(account),
            Change::ServiceAccountUpdated(changed)
            | Change::ServiceAccountDisabled(changed)
            | Change::ServiceAccountEnabled(changed) => self.put_service_account(&changed.after),
            Change::ServiceAccountDeleted(account) => self.remove_service_account(account),
            Change::SupportAccessGrantCreated(grant) => self.put_support_access_grant(grant),
            Change::SupportAccessGrantRevoked(changed) => self.put_support_access_grant(&changed.after),
            Change::PreferencesUpdated(changed) => self.put_preferences(&changed.after),
            Change::PolicyCreated(policy) => self.put_policy(policy),
            Change::PolicyUpdated(changed) => self.put_policy(&changed.after),
            Change::PolicyDeleted(policy) => self.remove_policy(policy),
            Change::ResourceCreated(resource) => self.put_resource(resource),
            Change::ResourceUpdated(changed) => self.put_resource(&changed.after),
            Change::ResourceDeleted(resource) => {
                self.remove_resource(resource.organization_id, &resource.resource);
            }
            // Tags give no right; invitations, links, requests, offers and accounts decide nothing until they
            // become memberships.
            Change::TagCreated(_)
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
            // These decide what may be made, not who may: their use cases read them in their transaction.
            | Change::SettingsUpdated(_)
            | Change::LimitsUpdated(_)
            | Change::CustomizationsUpdated(_)
            | Change::UserCreated(_)
            | Change::UserUpdated(_)
            // Kinds of events and what applications record decide nothing.
            | Change::AuditActionRegistered(_)
            | Change::CustomRecorded(_) => {}
        }
    }

    /// Puts an organization in, or in its new place and state.
    pub fn put_organization(&mut self, organization: &Organization) {
        let id = organization.id;
        let old = self.node(id).cloned();
        if let Some(parent) = old.as_ref().and_then(|node| node.edge).map(|edge| edge.parent) {
            self.children.remove(&(parent, id));
        }
        if let Some(parent) = organization.parent() {
            self.children.insert((parent, id));
        }
        let node = Node {
            edge: organization.edge,
            state: organization.state.clone(),
            title: Arc::from(organization.title.as_str()),
            region: self.region(organization),
            number: old.as_ref().map_or(self.numbered, |old| old.number),
            standing: Standing::default(),
        };
        self.numbered += u32::from(old.is_none());
        if let Some(old) = old.filter(|old| old.edge == node.edge && old.state == node.state) {
            self.organizations.insert(id, Node { standing: old.standing, ..node });
        } else {
            self.organizations.insert(id, node);
            self.stand(id);
        }
    }

    /// Puts an organization into another state, as far as that concerns `concerned` and what is above these: to
    /// try what would be, and not for good.
    pub(super) fn try_state(
        &mut self,
        organization: OrganizationId,
        state: OrganizationState,
        concerned: &[OrganizationId],
    ) {
        let Some(node) = self.node(organization).cloned() else { return };
        self.organizations.insert(organization, Node { state, ..node });
        for id in concerned {
            let mut lineage: Vec<_> = self.lineage(*id).map(|(id, _)| id).collect();
            lineage.reverse();
            self.stand_each(lineage);
        }
    }

    /// Finds out anew how an organization stands, and all below it.
    pub(super) fn stand(&mut self, top: OrganizationId) {
        self.stand_each(self.subtree(top));
    }

    /// The same of organizations that come parents first.
    fn stand_each(&mut self, organizations: Vec<OrganizationId>) {
        for id in organizations {
            let Some(node) = self.node(id) else { continue };
            let above = node.edge.and_then(|edge| self.node(edge.parent));
            let standing = Standing::of(id, node, above.map(|above| &above.standing), self.policies.of(id));
            let node = Node { standing, ..node.clone() };
            self.organizations.insert(id, node);
        }
    }

    /// The organization's region, in the same memory as its parent's where it is the same.
    fn region(&self, organization: &Organization) -> Arc<str> {
        let above = organization.parent().and_then(|parent| self.node(parent)).map(|node| &node.region);
        let same = above.filter(|region| ***region == *organization.region);
        same.map_or_else(|| Arc::from(organization.region.as_str()), Arc::clone)
    }

    /// Puts a membership in, or its new expiry.
    pub fn put_member(&mut self, member: &Member) {
        self.put_membership(member.organization_id, member.user_id, member.expire_time);
    }

    /// The same, from the little of it that decides access.
    pub fn put_membership(&mut self, organization: OrganizationId, user: UserId, expire_time: Option<Time>) {
        let joined = Some(Membership { expire_time });
        self.places.change(organization, Principal::User(user), |place| place.membership = joined);
        self.note_owner(organization, user);
    }

    /// Puts a role assignment in.
    pub fn put_assignment(&mut self, assignment: &RoleAssignment) {
        let grant = Grant {
            assignment_id: assignment.id,
            role_id: assignment.role_id,
            resource: assignment.resource.clone().map(Box::new),
            expire_time: assignment.expire_time,
            condition: assignment.condition.as_deref().map(HeldCondition::new),
        };
        self.conditional |= grant.condition.is_some();
        self.places.change(assignment.organization_id, assignment.principal, |place| {
            place.grants.retain(|old| old.assignment_id != assignment.id);
            place.grants.push(grant);
        });
        if let Principal::User(user) = assignment.principal {
            self.note_owner(assignment.organization_id, user);
        }
    }

    /// Puts a custom role in, or its new permissions.
    pub fn put_role(&mut self, role: &Role) {
        self.resolve_role(role);
    }

    /// Puts a key in, or as it is now.
    pub fn put_key(&mut self, key: &ApiKey) {
        self.resolve_key(key);
    }

    /// Puts a workspace in, or takes it out when it is deleted.
    pub fn put_workspace(&mut self, workspace: &Workspace) {
        let place = (workspace.organization_id, workspace.id);
        if workspace.lives() {
            self.workspaces.insert(place);
        } else {
            self.workspaces.remove(&place);
        }
    }

    /// Makes a registered permission known, also to the roles and keys that name it already.
    pub fn put_permission(&mut self, permission: &RegisteredPermission) {
        let new = self.catalogue.index(&permission.name).is_none();
        self.catalogue.register(permission);
        self.resolve_built_in_roles();
        if new {
            self.resolve_anew(|name| name == permission.name);
        }
    }

    fn remove_member(&mut self, member: &Member) {
        let principal = Principal::User(member.user_id);
        self.remove_place(member.organization_id, principal);
        self.owners.remove(&(member.organization_id, member.user_id));
    }

    fn remove_assignment(&mut self, assignment: &RoleAssignment) {
        self.places.change(assignment.organization_id, assignment.principal, |place| {
            place.grants.retain(|grant| grant.assignment_id != assignment.id);
        });
        if let Principal::User(user) = assignment.principal {
            self.note_owner(assignment.organization_id, user);
        }
    }

    pub(super) fn remove_role(&mut self, role: RoleId) {
        self.roles.remove(&role);
    }

    /// Keeps the index of owners without an end true for one person.
    pub(super) fn note_owner(&mut self, organization: OrganizationId, user: UserId) {
        let held = self.places.get(organization, &Principal::User(user));
        let lasting = held.is_some_and(|held| {
            held.membership.is_some_and(|membership| membership.expire_time.is_none())
                && held.grants.iter().any(|grant| {
                    grant.role_id == BuiltIn::Owner.id()
                        && grant.resource.is_none()
                        && grant.expire_time.is_none()
                        && grant.condition.is_none()
                })
        });
        if lasting {
            self.owners.insert((organization, user));
        } else {
            self.owners.remove(&(organization, user));
        }
    }

    fn put_subtree(&mut self, subtree: &Subtree) {
        // Before the organizations: then each finds out once which apply in it.
        subtree.policies.iter().for_each(|policy| self.put_policy(policy));
        subtree.organizations.iter().for_each(|organization| self.put_organization(organization));
        // A name that the tree knows keeps its meaning here, whatever it meant where they come from.
        for permission in &subtree.permissions {
            if self.catalogue.index(&permission.name).is_none() {
                self.put_permission(permission);
            }
        }
        subtree.roles.iter().for_each(|role| self.put_role(role));
        subtree.members.iter().for_each(|member| self.put_member(member));
        subtree.role_assignments.iter().for_each(|assignment| self.put_assignment(assignment));
        subtree.api_keys.iter().for_each(|key| self.put_key(key));
        subtree.service_accounts.iter().for_each(|account| self.put_service_account(account));
        subtree.workspaces.iter().for_each(|workspace| self.put_workspace(workspace));
        subtree.resources.iter().for_each(|resource| self.put_resource(resource));
        subtree.preferences.iter().for_each(|preferences| self.put_preferences(preferences));
        subtree.support_access_grants.iter().for_each(|grant| self.put_support_access_grant(grant));
        subtree.groups.iter().for_each(|group| self.put_group(group));
        for member in &subtree.group_members {
            self.put_group_member(member.organization_id, member.group_id, member.member);
        }
    }

    fn remove_subtree(&mut self, top: OrganizationId) {
        let gone: BTreeSet<_> = self.subtree(top).into_iter().collect();
        if let Some(parent) = self.node(top).and_then(|node| node.edge).map(|edge| edge.parent) {
            self.children.remove(&(parent, top));
        }
        for organization in &gone {
            self.organizations.remove(organization);
            self.places.remove_all_at(*organization);
        }
        self.children = self.children.iter().filter(|(parent, _)| !gone.contains(parent)).copied().collect();
        self.owners = self.owners.iter().filter(|(at, _)| !gone.contains(at)).copied().collect();
        self.roles = self
            .roles
            .iter()
            .filter(|(_, role)| role.organization_id.is_none_or(|maker| !gone.contains(&maker)))
            .map(copied)
            .collect();
        self.keys = self
            .keys
            .iter()
            .filter(|(_, held)| !gone.contains(&held.key.organization_id))
            .map(copied)
            .collect();
        self.workspaces = self.workspaces.iter().filter(|(at, _)| !gone.contains(at)).copied().collect();
        self.resources.remove_all_of(&gone);
        self.remove_groups_of(&gone);
        self.remove_service_accounts_of(&gone);
        self.support.remove_all_of(&gone);
        self.policies.remove_all_of(&gone);
        self.withdraw_permissions(&gone);
    }

    /// What the organizations that left had registered is no longer known in the tree.
    pub(super) fn withdraw_permissions(&mut self, gone: &BTreeSet<OrganizationId>) {
        let registered =
            self.catalogue.registered().filter(|(_, entry)| gone.contains(&entry.organization_id));
        let names: BTreeSet<_> = registered.map(|(_, entry)| entry.name.clone()).collect();
        if !names.is_empty() {
            self.catalogue.withdraw(|organization| gone.contains(&organization));
            self.resolve_built_in_roles();
            self.resolve_anew(|name| names.contains(name));
        }
    }
}
