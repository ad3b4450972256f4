//! Resources in plain lists, changed by events in the plainest way.

use polity_domain::access::Snapshot;
use polity_domain::api_keys::ApiKey;
use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Subtree};
use polity_domain::members::Member;
use polity_domain::organizations::Organization;
use polity_domain::permissions::RegisteredPermission;
use polity_domain::policies::Policy;
use polity_domain::resources::Resource;
use polity_domain::roles::{Principal, Role, RoleAssignment};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::workspaces::Workspace;

/// What is there, as tables would hold it.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub organizations: Vec<Organization>,
    pub members: Vec<Member>,
    pub assignments: Vec<RoleAssignment>,
    pub roles: Vec<Role>,
    pub permissions: Vec<RegisteredPermission>,
    pub keys: Vec<ApiKey>,
    pub workspaces: Vec<Workspace>,
    pub resources: Vec<Resource>,
    pub groups: Vec<Group>,
    pub group_members: Vec<GroupMember>,
    pub accounts: Vec<ServiceAccount>,
    pub policies: Vec<Policy>,
    /// What has left the tree and may come back.
    pub outside: Vec<Subtree>,
}

impl Tables {
    pub fn apply(&mut self, change: &Change) {
        match change.clone() {
            Change::OrganizationCreated(created) => self.organizations.push(created),
            Change::OrganizationUpdated(changed)
            | Change::OrganizationMoved(changed)
            | Change::OrganizationSuspended(changed)
            | Change::OrganizationResumed(changed)
            | Change::OrganizationDeleted(changed)
            | Change::OrganizationUndeleted(changed) => {
                replace(&mut self.organizations, changed.after, |one| one.id);
            }
            Change::OrganizationLeft(changed) => {
                let gone = self.take_out(changed.before.id);
                self.outside.push(gone);
            }
            Change::OrganizationJoined(subtree) => self.take_in(subtree),
            Change::OrganizationPurged(purged) => {
                self.take_out(purged.id);
            }
            Change::MemberAdded(member) => self.members.push(member),
            Change::MemberUpdated(changed) => {
                replace(&mut self.members, changed.after, |one| (one.organization_id, one.user_id));
            }
            Change::MemberRemoved(member) => {
                let (at, who) = (member.organization_id, Principal::User(member.user_id));
                self.members.retain(|one| (one.organization_id, one.user_id) != (at, member.user_id));
                self.assignments.retain(|one| (one.organization_id, one.principal) != (at, who));
                self.group_members.retain(|one| (one.organization_id, one.member) != (at, who));
            }
            Change::RoleAssignmentCreated(assignment) => self.assignments.push(assignment),
            Change::RoleAssignmentDeleted(assignment) => {
                self.assignments.retain(|one| one.id != assignment.id);
            }
            Change::RoleCreated(role) => self.roles.push(role),
            Change::RoleUpdated(changed) => replace(&mut self.roles, changed.after, |one| one.id),
            Change::RoleDeleted(role) => self.roles.retain(|one| one.id != role.id),
            Change::PermissionRegistered(permission) => self.register(permission),
            Change::ApiKeyCreated(key) => self.keys.push(key),
            Change::ApiKeyUpdated(changed)
            | Change::ApiKeyRotated(changed)
            | Change::ApiKeySecretRetired(changed)
            | Change::ApiKeyRevoked(changed) => replace(&mut self.keys, changed.after, |one| one.id),
            Change::WorkspaceCreated(workspace) => self.workspaces.push(workspace),
            Change::WorkspaceUpdated(changed)
            | Change::WorkspaceDeleted(changed)
            | Change::WorkspaceUndeleted(changed) => {
                replace(&mut self.workspaces, changed.after, |one| one.id);
            }
            Change::WorkspacePurged(gone) => self.workspaces.retain(|one| one.id != gone.id),
            Change::ResourceCreated(resource) => self.resources.push(resource),
            Change::ResourceUpdated(changed) => replace(&mut self.resources, changed.after, |one| one.id),
            Change::ResourceDeleted(gone) => self.resources.retain(|one| one.id != gone.id),
            Change::GroupCreated(group) => self.groups.push(group),
            Change::GroupUpdated(changed) => replace(&mut self.groups, changed.after, |one| one.id),
            Change::GroupDeleted(group) => {
                let (at, who) = (group.organization_id, Principal::Group(group.id));
                self.groups.retain(|one| one.id != group.id);
                self.group_members.retain(|one| one.group_id != group.id && one.member != who);
                self.assignments.retain(|one| (one.organization_id, one.principal) != (at, who));
            }
            Change::ServiceAccountCreated(account) => self.accounts.push(account),
            Change::ServiceAccountUpdated(changed)
            | Change::ServiceAccountDisabled(changed)
            | Change::ServiceAccountEnabled(changed) => {
                replace(&mut self.accounts, changed.after, |one| one.id);
            }
            Change::ServiceAccountDeleted(account) => {
                let (at, who) = (account.organization_id, Principal::ServiceAccount(account.id));
                self.accounts.retain(|one| one.id != account.id);
                self.group_members.retain(|one| (one.organization_id, one.member) != (at, who));
                self.assignments.retain(|one| (one.organization_id, one.principal) != (at, who));
            }
            Change::PolicyCreated(policy) => self.policies.push(policy),
            Change::PolicyUpdated(changed) => replace(&mut self.policies, changed.after, |one| one.id),
            Change::PolicyDeleted(policy) => self.policies.retain(|one| one.id != policy.id),
            Change::GroupMemberAdded(member) => self.group_members.push(member),
            Change::GroupMemberRemoved(gone) => {
                self.group_members.retain(|one| (one.group_id, one.member) != (gone.group_id, gone.member));
            }
            _ => {}
        }
    }

    /// Puts everything into a snapshot, in the order in which the store does.
    pub fn put_into(&self, snapshot: &mut Snapshot) {
        for policy in &self.policies {
            snapshot.put_policy(policy);
        }
        for organization in &self.organizations {
            snapshot.put_organization(organization);
        }
        for permission in &self.permissions {
            snapshot.put_permission(permission);
        }
        for role in &self.roles {
            snapshot.put_role(role);
        }
        for member in &self.members {
            snapshot.put_member(member);
        }
        for assignment in &self.assignments {
            snapshot.put_assignment(assignment);
        }
        for key in &self.keys {
            snapshot.put_key(key);
        }
        for account in &self.accounts {
            snapshot.put_service_account(account);
        }
        for workspace in &self.workspaces {
            snapshot.put_workspace(workspace);
        }
        for resource in &self.resources {
            snapshot.put_resource(resource);
        }
        for group in &self.groups {
            snapshot.put_group(group);
        }
        for member in &self.group_members {
            snapshot.put_group_member(member.organization_id, member.group_id, member.member);
        }
    }

    /// Described anew, a permission stays with the organization that registered it first.
    fn register(&mut self, permission: RegisteredPermission) {
        match self.permissions.iter_mut().find(|one| one.name == permission.name) {
            Some(known) => (known.danger, known.deprecated) = (permission.danger, permission.deprecated),
            None => self.permissions.push(permission),
        }
    }

    fn take_out(&mut self, top: OrganizationId) -> Subtree {
        let gone: Vec<_> = self.below(top).iter().map(|one| one.id).collect();
        // Parents before children, as a subtree is written.
        let mut order: Vec<_> =
            self.organizations.iter().map(|one| (self.above(one.id).len(), one.id)).collect();
        order.sort();
        self.organizations.sort_by_key(|one| order.iter().position(|(_, id)| *id == one.id));
        let has = |at: OrganizationId| gone.contains(&at);
        Subtree {
            from_tree_id: self.organizations[0].tree_id,
            organizations: self.organizations.extract_if(.., |one| has(one.id)).collect(),
            roles: self.roles.extract_if(.., |one| has(one.organization_id)).collect(),
            permissions: self.permissions.extract_if(.., |one| has(one.organization_id)).collect(),
            members: self.members.extract_if(.., |one| has(one.organization_id)).collect(),
            role_assignments: self.assignments.extract_if(.., |one| has(one.organization_id)).collect(),
            invitations: Vec::new(),
            api_keys: self.keys.extract_if(.., |one| has(one.organization_id)).collect(),
            service_accounts: self.accounts.extract_if(.., |one| has(one.organization_id)).collect(),
            tags: Vec::new(),
            tag_resources: Vec::new(),
            workspaces: self.workspaces.extract_if(.., |one| has(one.organization_id)).collect(),
            groups: self.groups.extract_if(.., |one| has(one.organization_id)).collect(),
            group_members: self.group_members.extract_if(.., |one| has(one.organization_id)).collect(),
            preferences: Vec::new(),
            support_access_grants: Vec::new(),
            settings: Vec::new(),
            limits: Vec::new(),
            customizations: Vec::new(),
            audit_actions: Vec::new(),
            invite_links: Vec::new(),
            invite_link_uses: Vec::new(),
            membership_requests: Vec::new(),
            policies: self.policies.extract_if(.., |one| has(one.organization_id)).collect(),
            resources: self.resources.extract_if(.., |one| has(one.organization_id)).collect(),
        }
    }

    fn take_in(&mut self, subtree: Subtree) {
        self.outside.retain(|one| one.organizations[0].id != subtree.organizations[0].id);
        self.organizations.extend(subtree.organizations);
        self.roles.extend(subtree.roles);
        self.members.extend(subtree.members);
        self.assignments.extend(subtree.role_assignments);
        self.keys.extend(subtree.api_keys);
        self.workspaces.extend(subtree.workspaces);
        self.groups.extend(subtree.groups);
        self.accounts.extend(subtree.service_accounts);
        self.policies.extend(subtree.policies);
        self.resources.extend(subtree.resources);
        self.group_members.extend(subtree.group_members);
        for permission in subtree.permissions {
            if !self.permissions.iter().any(|one| one.name == permission.name) {
                self.permissions.push(permission);
            }
        }
    }
}

fn replace<T, K: PartialEq>(rows: &mut [T], after: T, key: impl Fn(&T) -> K) {
    let row = rows.iter_mut().find(|row| key(row) == key(&after)).expect("an event changes what is there");
    *row = after;
}
