//! The tables as the events of a ledger say they should be.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::api_keys::ApiKey;
use polity_domain::audit::AuditAction;
use polity_domain::customizations::{Customizations, KEPT_VERSIONS};
use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::invitations::Invitation;
use polity_domain::invite_links::{InviteLink, InviteLinkUse};
use polity_domain::ledger::event::{Change, Subtree};
use polity_domain::limits::OrganizationLimits;
use polity_domain::members::{Member, OwnershipTransfer};
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::organizations::Organization;
use polity_domain::permissions::RegisteredPermission;
use polity_domain::policies::Policy;
use polity_domain::preferences::Preferences;
use polity_domain::resources::Resource;
use polity_domain::roles::{Principal, Role, RoleAssignment};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::settings::OrganizationSettings;
use polity_domain::support_access_grants::SupportAccessGrant;
use polity_domain::tags::{Tag, TagResources, Tagged};
use polity_domain::users::User;
use polity_domain::workspaces::Workspace;
use uuid::Uuid;

use super::keys::{key_of, place_of, tagged_key, use_key, version_key};
use crate::StoreError;
use crate::api_keys::row as api_key;
use crate::audit::row as audit_action;
use crate::convert::signed;
use crate::customizations::row as customization;
use crate::groups::{member_row as group_member, row as group};
use crate::identity::rows::user;
use crate::invitations::row as invitation;
use crate::invite_links::{row as invite_link, use_row as invite_link_use};
use crate::limits::row as limit;
use crate::members::row::Person;
use crate::members::{row as member, transfer_row as transfer};
use crate::membership_requests::row as membership_request;
use crate::organizations::row as organization;
use crate::permissions::row as permission;
use crate::policies::row as policy;
use crate::preferences::row as preference;
use crate::resources::row as resource;
use crate::role_assignments::row as assignment;
use crate::roles::row as role;
use crate::service_accounts::row as service_account;
use crate::settings::row as setting;
use crate::support_access_grants::row as support_access_grant;
use crate::tags::{resource_row as tag_resource, row as tag};
use crate::workspaces::row as workspace;

/// The revision of a row that came from another ledger: it is that ledger's to know.
pub(super) const FOREIGN: i64 = -1;

/// The rows by the text of their ids.
#[derive(Default)]
pub(super) struct Expected {
    pub organizations: BTreeMap<String, organization::Model>,
    pub members: BTreeMap<String, member::Model>,
    pub role_assignments: BTreeMap<String, assignment::Model>,
    pub roles: BTreeMap<String, role::Model>,
    pub permissions: BTreeMap<String, permission::Model>,
    pub invitations: BTreeMap<String, invitation::Model>,
    pub invite_links: BTreeMap<String, invite_link::Model>,
    pub invite_link_uses: BTreeMap<String, invite_link_use::Model>,
    pub membership_requests: BTreeMap<String, membership_request::Model>,
    pub api_keys: BTreeMap<String, api_key::Model>,
    pub groups: BTreeMap<String, group::Model>,
    pub group_members: BTreeMap<String, group_member::Model>,
    pub service_accounts: BTreeMap<String, service_account::Model>,
    pub transfers: BTreeMap<String, transfer::Model>,
    pub preferences: BTreeMap<String, preference::Model>,
    pub settings: BTreeMap<String, setting::Model>,
    pub limits: BTreeMap<String, limit::Model>,
    pub customizations: BTreeMap<String, customization::Model>,
    pub users: BTreeMap<String, user::Model>,
    pub audit_actions: BTreeMap<String, audit_action::Model>,
    pub workspaces: BTreeMap<String, workspace::Model>,
    pub support_access_grants: BTreeMap<String, support_access_grant::Model>,
    pub policies: BTreeMap<String, policy::Model>,
    pub resources: BTreeMap<String, resource::Model>,
    pub tags: BTreeMap<String, tag::Model>,
    pub tag_resources: BTreeMap<String, tag_resource::Model>,
    /// Organizations that came from another tree: offers of ownership from before are not in here.
    pub joined: BTreeSet<Uuid>,
}

impl Expected {
    /// Folds the next event in, as the unit of work changes the tables by it.
    pub fn apply(&mut self, change: &Change, tree: TreeId, revision: u64) -> Result<(), StoreError> {
        let at = signed(revision);
        match change {
            Change::OrganizationCreated(organization) => self.put_organization(organization, at)?,
            Change::OrganizationMoved(changed) => {
                self.leave_parent(&changed.before);
                self.put_organization(&changed.after, at)?;
            }
            Change::OrganizationUpdated(changed)
            | Change::OrganizationSuspended(changed)
            | Change::OrganizationResumed(changed)
            | Change::OrganizationDeleted(changed)
            | Change::OrganizationUndeleted(changed) => self.put_organization(&changed.after, at)?,
            Change::OrganizationLeft(changed) => {
                self.leave_parent(&changed.before);
                self.remove_subtree(changed.before.id);
            }
            Change::OrganizationPurged(purged) => {
                self.forget_tags(purged.told, Tagged::Organization(purged.id));
                self.remove_subtree(purged.id);
            }
            Change::OrganizationJoined(subtree) => self.put_subtree(subtree, tree, at)?,
            Change::MemberAdded(member) => self.put_member(member, at),
            Change::MemberUpdated(changed) => self.put_member(&changed.after, at),
            Change::MemberRemoved(member) => self.remove_member(member),
            Change::RoleAssignmentCreated(assignment) => self.put_assignment(assignment, at),
            Change::RoleAssignmentDeleted(assignment) => {
                self.role_assignments.remove(&assignment.id.to_string());
            }
            Change::RoleCreated(role) => self.put_role(role, at)?,
            Change::RoleUpdated(changed) => self.put_role(&changed.after, at)?,
            Change::RoleDeleted(role) => {
                self.roles.remove(&role.id.to_string());
            }
            Change::PermissionRegistered(permission) => self.put_permission(permission, tree, at),
            Change::InvitationCreated(invitation) => self.put_invitation(invitation, at)?,
            Change::InvitationUpdated(changed)
            | Change::InvitationResent(changed)
            | Change::InvitationAccepted(changed)
            | Change::InvitationDeclined(changed)
            | Change::InvitationRevoked(changed)
            | Change::InvitationBounced(changed) => self.put_invitation(&changed.after, at)?,
            Change::InviteLinkCreated(link) => self.put_link(link, at)?,
            Change::InviteLinkUpdated(changed) | Change::InviteLinkRevoked(changed) => {
                self.put_link(&changed.after, at)?;
            }
            Change::InviteLinkUsed(used) => {
                self.put_link_use(&used.once());
                self.put_link(&used.after, at)?;
            }
            Change::MembershipRequestCreated(request) => self.put_request(request, at),
            Change::MembershipRequestApproved(changed)
            | Change::MembershipRequestDenied(changed)
            | Change::MembershipRequestWithdrawn(changed) => self.put_request(&changed.after, at),
            Change::ApiKeyCreated(key) => self.put_key(key, at)?,
            Change::ApiKeyUpdated(changed)
            | Change::ApiKeyRotated(changed)
            | Change::ApiKeySecretRetired(changed)
            | Change::ApiKeyRevoked(changed) => self.put_key(&changed.after, at)?,
            Change::GroupCreated(group) => self.put_group(group, at),
            Change::GroupUpdated(changed) => self.put_group(&changed.after, at),
            Change::GroupDeleted(group) => self.remove_group(group),
            Change::GroupMemberAdded(member) => self.put_group_member(member, at),
            Change::GroupMemberRemoved(member) => {
                self.group_members.remove(&place_of(&group_member::Model::write(member, 0)));
            }
            Change::ServiceAccountCreated(account) => self.put_service_account(account, at),
            Change::ServiceAccountUpdated(changed)
            | Change::ServiceAccountDisabled(changed)
            | Change::ServiceAccountEnabled(changed) => self.put_service_account(&changed.after, at),
            Change::ServiceAccountDeleted(account) => {
                self.service_accounts.remove(&account.id.to_string());
                self.remove_principal(account.organization_id, &Principal::ServiceAccount(account.id));
            }
            Change::OwnershipTransferCreated(transfer) => self.put_transfer(transfer, at),
            Change::OwnershipTransferEnded(changed) => self.put_transfer(&changed.after, at),
            Change::PreferencesUpdated(changed) => self.put_preferences(&changed.after, at),
            Change::SettingsUpdated(changed) => self.put_settings(&changed.after, at)?,
            Change::LimitsUpdated(changed) => self.put_limits(&changed.after, at)?,
            Change::CustomizationsUpdated(version) => self.put_customizations(version, at)?,
            Change::UserCreated(created) => self.put_user(created, at),
            Change::UserUpdated(changed) => self.put_user(&changed.after, at),
            Change::AuditActionRegistered(action) => self.put_action(action, at),
            Change::CustomRecorded(_) => {}
            Change::WorkspaceCreated(workspace) => self.put_workspace(workspace, at)?,
            Change::WorkspaceUpdated(changed)
            | Change::WorkspaceDeleted(changed)
            | Change::WorkspaceUndeleted(changed) => self.put_workspace(&changed.after, at)?,
            Change::WorkspacePurged(workspace) => {
                self.workspaces.remove(&workspace.id.to_string());
                self.forget_tags(workspace.organization_id, Tagged::Workspace(workspace.id));
            }
            Change::SupportAccessGrantCreated(grant) => self.put_support_access_grant(grant, at)?,
            Change::SupportAccessGrantRevoked(changed) => {
                self.put_support_access_grant(&changed.after, at)?;
            }
            Change::PolicyCreated(policy) => self.put_policy(policy, at),
            Change::PolicyUpdated(changed) => self.put_policy(&changed.after, at),
            Change::PolicyDeleted(policy) => {
                self.policies.remove(&policy.id.to_string());
            }
            Change::ResourceCreated(resource) => self.put_resource(resource, at),
            Change::ResourceUpdated(changed) => self.put_resource(&changed.after, at),
            Change::ResourceDeleted(resource) => {
                self.resources.remove(&resource.id.to_string());
            }
            Change::TagCreated(tag) => self.put_tag(tag, at),
            Change::TagUpdated(changed) => self.put_tag(&changed.after, at),
            Change::TagDeleted(tag) => {
                self.tags.remove(&tag.id.to_string());
                self.tag_resources.retain(|_, row| row.tag_id != tag.id.uuid());
            }
            Change::TagAttached(put) => self.put_tag_resources(put),
            Change::TagDetached(put) => {
                for row in tag_resource::Model::write(put) {
                    self.tag_resources.remove(&tagged_key(&row));
                }
            }
        }
        Ok(())
    }

    fn put_organization(&mut self, organization: &Organization, at: i64) -> Result<(), StoreError> {
        let row = organization::Model { revision: at, ..organization::Model::write(organization, 0)? };
        self.organizations.insert(organization.id.to_string(), row);
        Ok(())
    }

    fn put_member(&mut self, member: &Member, at: i64) {
        let row = member::Model { revision: at, ..member::Model::write(member, Person::default(), 0) };
        self.members.insert(key_of(member), row);
    }

    fn put_assignment(&mut self, assignment: &RoleAssignment, at: i64) {
        let row = assignment::Model { revision: at, ..assignment::Model::write(assignment, 0) };
        self.role_assignments.insert(assignment.id.to_string(), row);
    }

    fn put_role(&mut self, role: &Role, at: i64) -> Result<(), StoreError> {
        let row = role::Model { revision: at, ..role::Model::write(role, 0)? };
        self.roles.insert(role.id.to_string(), row);
        Ok(())
    }

    fn put_invitation(&mut self, invitation: &Invitation, at: i64) -> Result<(), StoreError> {
        let row = invitation::Model { revision: at, ..invitation::Model::write(invitation, 0)? };
        self.invitations.insert(invitation.id.to_string(), row);
        Ok(())
    }

    fn put_link(&mut self, link: &InviteLink, at: i64) -> Result<(), StoreError> {
        let row = invite_link::Model { revision: at, ..invite_link::Model::write(link, 0)? };
        self.invite_links.insert(link.id.to_string(), row);
        Ok(())
    }

    fn put_link_use(&mut self, used: &InviteLinkUse) {
        let row = invite_link_use::Model::write(used);
        self.invite_link_uses.insert(use_key(&row), row);
    }

    fn put_request(&mut self, request: &MembershipRequest, at: i64) {
        let row = membership_request::Model { revision: at, ..membership_request::Model::write(request, 0) };
        self.membership_requests.insert(request.id.to_string(), row);
    }

    fn put_key(&mut self, key: &ApiKey, at: i64) -> Result<(), StoreError> {
        let row = api_key::Model { revision: at, ..api_key::Model::write(key, 0)? };
        self.api_keys.insert(key.id.to_string(), row);
        Ok(())
    }

    fn put_preferences(&mut self, preferences: &Preferences, at: i64) {
        let row = preference::Model { revision: at, ..preference::Model::write(preferences, 0) };
        self.preferences.insert(preferences.organization_id.to_string(), row);
    }

    fn put_settings(&mut self, settings: &OrganizationSettings, at: i64) -> Result<(), StoreError> {
        let row = setting::Model { revision: at, ..setting::Model::write(settings, 0)? };
        self.settings.insert(settings.organization_id.to_string(), row);
        Ok(())
    }

    fn put_limits(&mut self, limits: &OrganizationLimits, at: i64) -> Result<(), StoreError> {
        let row = limit::Model { revision: at, ..limit::Model::write(limits, 0)? };
        self.limits.insert(limits.organization_id.to_string(), row);
        Ok(())
    }

    fn put_customizations(&mut self, version: &Customizations, at: i64) -> Result<(), StoreError> {
        let row = customization::Model { revision: at, ..customization::Model::write(version, 0)? };
        let oldest = row.version - i64::from(KEPT_VERSIONS);
        self.customizations
            .retain(|_, kept| kept.organization_id != row.organization_id || kept.version > oldest);
        self.customizations.insert(version_key(&row), row);
        Ok(())
    }

    fn put_transfer(&mut self, transfer: &OwnershipTransfer, at: i64) {
        let row = transfer::Model { revision: at, ..transfer::Model::write(transfer, 0) };
        self.transfers.insert(transfer.id.to_string(), row);
    }

    fn put_user(&mut self, user: &User, at: i64) {
        let row = user::Model { revision: at, ..user::Model::write(user, 0) };
        self.users.insert(user.id.to_string(), row);
    }

    fn put_action(&mut self, action: &AuditAction, at: i64) {
        let row = audit_action::Model { revision: at, ..audit_action::Model::write(action, 0) };
        self.audit_actions.insert(row.key(), row);
    }

    fn put_workspace(&mut self, workspace: &Workspace, at: i64) -> Result<(), StoreError> {
        let row = workspace::Model { revision: at, ..workspace::Model::write(workspace, 0)? };
        self.workspaces.insert(workspace.id.to_string(), row);
        Ok(())
    }

    fn put_support_access_grant(&mut self, grant: &SupportAccessGrant, at: i64) -> Result<(), StoreError> {
        let row =
            support_access_grant::Model { revision: at, ..support_access_grant::Model::write(grant, 0)? };
        self.support_access_grants.insert(grant.id.to_string(), row);
        Ok(())
    }

    fn put_policy(&mut self, policy: &Policy, at: i64) {
        let row = policy::Model { revision: at, ..policy::Model::write(policy, 0) };
        self.policies.insert(policy.id.to_string(), row);
    }

    fn put_resource(&mut self, resource: &Resource, at: i64) {
        let row = resource::Model { revision: at, ..resource::Model::write(resource, 0) };
        self.resources.insert(resource.id.to_string(), row);
    }

    fn put_tag(&mut self, tag: &Tag, at: i64) {
        let row = tag::Model { revision: at, ..tag::Model::write(tag, 0) };
        self.tags.insert(tag.id.to_string(), row);
    }

    fn put_tag_resources(&mut self, put: &TagResources) {
        self.tag_resources.extend(tag_resource::Model::write(put).map(|row| (tagged_key(&row), row)));
    }

    fn forget_tags(&mut self, organization: OrganizationId, resource: Tagged) {
        self.tag_resources.retain(|_, row| {
            row.organization_id != organization.uuid()
                || row.resource_kind != resource.kind()
                || row.resource_id != resource.uuid()
        });
    }

    fn leave_parent(&mut self, before: &Organization) {
        if let Some(parent) = before.parent() {
            self.forget_tags(parent, Tagged::Organization(before.id));
        }
    }

    fn remove_member(&mut self, member: &Member) {
        self.members.remove(&key_of(member));
        self.forget_tags(member.organization_id, Tagged::Member(member.user_id));
        self.remove_principal(member.organization_id, &Principal::User(member.user_id));
    }

    fn put_service_account(&mut self, account: &ServiceAccount, at: i64) {
        let row = service_account::Model { revision: at, ..service_account::Model::write(account, 0) };
        self.service_accounts.insert(account.id.to_string(), row);
    }

    fn put_group(&mut self, group: &Group, at: i64) {
        let row = group::Model { revision: at, ..group::Model::write(group, 0) };
        self.groups.insert(group.id.to_string(), row);
    }

    fn put_group_member(&mut self, member: &GroupMember, at: i64) {
        let row = group_member::Model { revision: at, ..group_member::Model::write(member, 0) };
        self.group_members.insert(place_of(&row), row);
    }

    fn remove_group(&mut self, group: &Group) {
        self.groups.remove(&group.id.to_string());
        self.group_members.retain(|_, row| row.group_id != group.id.uuid());
        self.remove_principal(group.organization_id, &Principal::Group(group.id));
    }

    /// Whoever is gone from an organization holds nothing there and is in none of its groups.
    fn remove_principal(&mut self, organization: OrganizationId, principal: &Principal) {
        let gone = (organization.uuid(), principal.kind(), principal.uuid());
        self.role_assignments
            .retain(|_, row| (row.organization_id, &*row.principal_kind, row.principal_id) != gone);
        self.group_members.retain(|_, row| (row.organization_id, &*row.member_kind, row.member_id) != gone);
    }

    fn put_permission(&mut self, permission: &RegisteredPermission, tree: TreeId, at: i64) {
        let row = permission::Model::write(permission, tree, at);
        // Described anew, it stays in its place and its registrant's.
        let row = match self.permissions.get(&permission.name) {
            Some(first) => permission::Model {
                organization_id: first.organization_id,
                position: first.position,
                create_time: first.create_time,
                ..row
            },
            None => row,
        };
        self.permissions.insert(permission.name.clone(), row);
    }

    fn put_subtree(&mut self, subtree: &Subtree, tree: TreeId, at: i64) -> Result<(), StoreError> {
        for organization in &subtree.organizations {
            self.put_organization(organization, at)?;
            self.joined.insert(organization.id.uuid());
        }
        // A name that the tree knows keeps its meaning there.
        for permission in &subtree.permissions {
            if !self.permissions.contains_key(&permission.name) {
                self.put_permission(permission, tree, FOREIGN);
            }
        }
        subtree.roles.iter().try_for_each(|role| self.put_role(role, FOREIGN))?;
        subtree.members.iter().for_each(|member| self.put_member(member, FOREIGN));
        subtree.role_assignments.iter().for_each(|assignment| self.put_assignment(assignment, FOREIGN));
        subtree.invitations.iter().try_for_each(|invitation| self.put_invitation(invitation, FOREIGN))?;
        subtree.invite_links.iter().try_for_each(|link| self.put_link(link, FOREIGN))?;
        subtree.invite_link_uses.iter().for_each(|used| self.put_link_use(used));
        subtree.membership_requests.iter().for_each(|request| self.put_request(request, FOREIGN));
        subtree.service_accounts.iter().for_each(|account| self.put_service_account(account, FOREIGN));
        subtree.groups.iter().for_each(|group| self.put_group(group, FOREIGN));
        subtree.group_members.iter().for_each(|member| self.put_group_member(member, FOREIGN));
        subtree.api_keys.iter().try_for_each(|key| self.put_key(key, FOREIGN))?;
        subtree.preferences.iter().for_each(|preferences| self.put_preferences(preferences, FOREIGN));
        subtree.settings.iter().try_for_each(|settings| self.put_settings(settings, FOREIGN))?;
        subtree.limits.iter().try_for_each(|limits| self.put_limits(limits, FOREIGN))?;
        subtree.audit_actions.iter().for_each(|action| self.put_action(action, FOREIGN));
        subtree.customizations.iter().try_for_each(|version| self.put_customizations(version, FOREIGN))?;
        subtree.policies.iter().for_each(|policy| self.put_policy(policy, FOREIGN));
        subtree.resources.iter().for_each(|resource| self.put_resource(resource, FOREIGN));
        subtree.tags.iter().for_each(|tag| self.put_tag(tag, FOREIGN));
        subtree.tag_resources.iter().for_each(|put| self.put_tag_resources(put));
        subtree
            .support_access_grants
            .iter()
            .try_for_each(|grant| self.put_support_access_grant(grant, FOREIGN))?;
        subtree.workspaces.iter().try_for_each(|workspace| self.put_workspace(workspace, FOREIGN))
    }

    fn remove_subtree(&mut self, top: OrganizationId) {
        let mut gone = BTreeSet::from([top.uuid()]);
        loop {
            let below =
                |row: &&organization::Model| row.parent_id.is_some_and(|parent| gone.contains(&parent));
            let found: Vec<_> = self
                .organizations
                .values()
                .filter(below)
                .map(|row| row.id)
                .filter(|id| !gone.contains(id))
                .collect();
            if found.is_empty() {
                break;
            }
            gone.extend(found);
        }
        self.organizations.retain(|_, row| !gone.contains(&row.id));
        self.members.retain(|_, row| !gone.contains(&row.organization_id));
        self.role_assignments.retain(|_, row| !gone.contains(&row.organization_id));
        self.roles.retain(|_, row| !gone.contains(&row.organization_id));
        self.permissions.retain(|_, row| !gone.contains(&row.organization_id));
        self.invitations.retain(|_, row| !gone.contains(&row.organization_id));
        self.invite_links.retain(|_, row| !gone.contains(&row.organization_id));
        self.invite_link_uses.retain(|_, row| !gone.contains(&row.organization_id));
        self.membership_requests.retain(|_, row| !gone.contains(&row.organization_id));
        self.api_keys.retain(|_, row| !gone.contains(&row.organization_id));
        self.service_accounts.retain(|_, row| !gone.contains(&row.organization_id));
        self.groups.retain(|_, row| !gone.contains(&row.organization_id));
        self.group_members.retain(|_, row| !gone.contains(&row.organization_id));
        self.transfers.retain(|_, row| !gone.contains(&row.organization_id));
        self.preferences.retain(|_, row| !gone.contains(&row.organization_id));
        self.settings.retain(|_, row| !gone.contains(&row.organization_id));
        self.limits.retain(|_, row| !gone.contains(&row.organization_id));
        self.customizations.retain(|_, row| !gone.contains(&row.organization_id));
        self.audit_actions.retain(|_, row| !gone.contains(&row.organization_id));
        self.workspaces.retain(|_, row| !gone.contains(&row.organization_id));
        self.support_access_grants.retain(|_, row| !gone.contains(&row.organization_id));
        self.policies.retain(|_, row| !gone.contains(&row.organization_id));
        self.resources.retain(|_, row| !gone.contains(&row.organization_id));
        self.tags.retain(|_, row| !gone.contains(&row.organization_id));
        self.tag_resources.retain(|_, row| !gone.contains(&row.organization_id));
    }
}
