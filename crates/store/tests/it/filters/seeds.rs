//! Everything that is planted, before it is written.

use std::collections::BTreeSet;

use polity_domain::api_keys::ApiKey;
use polity_domain::groups::{Group, GroupMember};
use polity_domain::invitations::Invitation;
use polity_domain::ledger::event::Change;
use polity_domain::members::Member;
use polity_domain::organizations::Organization;
use polity_domain::permissions::RegisteredPermission;
use polity_domain::resources::Resource;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, Role, RoleAssignment};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::tags::{Tag, TagResources, Tagged};
use polity_domain::users::User;
use polity_domain::workspaces::Workspace;

use super::dice::Dice;
use super::drawing::{
    belonging, child, group, invited, key, moment, permission, person, resource, role, service_account, tag,
    workspace,
};
use super::texts;
use crate::world::{assignment, condition, organization};

/// Of most things there are so many.
pub const MANY: usize = 30;

/// Everything, before it is written.
pub struct Seeds {
    pub top: Organization,
    pub users: Vec<User>,
    pub members: Vec<Member>,
    pub children: Vec<Organization>,
    pub workspaces: Vec<Workspace>,
    pub roles: Vec<Role>,
    pub permissions: Vec<RegisteredPermission>,
    pub groups: Vec<Group>,
    pub group_members: Vec<GroupMember>,
    pub accounts: Vec<ServiceAccount>,
    pub keys: Vec<ApiKey>,
    pub assignments: Vec<RoleAssignment>,
    pub invitations: Vec<Invitation>,
    pub resources: Vec<Resource>,
    pub tags: Vec<Tag>,
    pub tagged: Vec<TagResources>,
}

impl Seeds {
    pub fn draw(dice: &mut Dice) -> Self {
        let top = organization("Top", None, None);
        let at = top.id;
        let users: Vec<User> = (0..MANY).map(|number| person(dice, number)).collect();
        // The last ones are no members.
        let members = users[..MANY - 4].iter().map(|user| belonging(dice, at, user.id)).collect();
        let children = (0..MANY).map(|_| child(dice, at)).collect();
        let workspaces: Vec<Workspace> = (0..MANY).map(|number| workspace(dice, at, number)).collect();
        let roles: Vec<Role> = (0..MANY).map(|number| role(dice, at, number)).collect();
        let permissions = (0..MANY).map(|number| permission(dice, at, number)).collect();
        let groups: Vec<Group> = (0..MANY).map(|number| group(dice, at, number)).collect();
        let accounts: Vec<ServiceAccount> = (0..MANY).map(|_| service_account(dice, at)).collect();
        let keys: Vec<ApiKey> = (0..MANY).map(|_| key(dice, at, &users, &accounts)).collect();
        let invitations = (0..MANY).map(|number| invited(dice, at, number, &users, &workspaces)).collect();
        let mut resources = Vec::new();
        for number in 0..MANY {
            let next = resource(dice, at, number, &workspaces, &resources);
            resources.push(next);
        }
        let tags: Vec<Tag> = (0..6).map(|number| tag(dice, at, number)).collect();
        let mut seeds = Self {
            top,
            users,
            members,
            children,
            workspaces,
            roles,
            permissions,
            groups,
            group_members: Vec::new(),
            accounts,
            keys,
            assignments: Vec::new(),
            invitations,
            resources,
            tags,
            tagged: Vec::new(),
        };
        seeds.put_into_groups(dice);
        seeds.hand_out(dice);
        seeds.put_tags(dice);
        seeds
    }

    fn put_into_groups(&mut self, dice: &mut Dice) {
        for (number, group) in self.groups.iter().enumerate().take(8) {
            let mut inside = BTreeSet::new();
            for _ in 0..if number == 0 { MANY } else { dice.below(6) } {
                inside.insert(match dice.below(6) {
                    // Only later ones, so that nothing goes round in a circle.
                    0 => Principal::Group(dice.pick(&self.groups[number + 1..]).id),
                    1 => Principal::ServiceAccount(dice.pick(&self.accounts).id),
                    _ => Principal::User(dice.pick(&self.members).user_id),
                });
            }
            self.group_members.extend(inside.into_iter().map(|member| GroupMember {
                organization_id: self.top.id,
                group_id: group.id,
                member,
                create_time: moment(dice),
            }));
        }
    }

    fn hand_out(&mut self, dice: &mut Dice) {
        let mut once = BTreeSet::new();
        for _ in 0..3 * MANY {
            let principal = match dice.below(8) {
                3 => Principal::Anonymous,
                0 => Principal::ApiKey(dice.pick(&self.keys).id),
                1 => Principal::Group(dice.pick(&self.groups).id),
                2 => Principal::ServiceAccount(dice.pick(&self.accounts).id),
                _ => Principal::User(dice.pick(&self.members).user_id),
            };
            let role = match dice.below(3) {
                0 => dice.pick(&self.roles).id,
                _ => dice.pick(&[BuiltIn::Owner, BuiltIn::Member, BuiltIn::Reader]).id(),
            };
            let resource = dice.maybe(2, |dice| {
                let kind = dice.one(&["workspace", "documents", "a_b"]).to_owned();
                let id = if kind == "workspace" {
                    dice.pick(&self.workspaces).id.to_string()
                } else {
                    texts::title(dice)
                };
                // An assignment on nothing is one on the whole organization.
                ResourceRef { kind, id: format!("{id}~") }
            });
            let key = resource.as_ref().map(|resource| (resource.kind.clone(), resource.id.clone()));
            if once.insert((principal, role, key)) {
                let expire_time = dice.maybe(3, moment);
                let plain = assignment(self.top.id, principal, role);
                self.assignments.push(RoleAssignment {
                    resource,
                    expire_time,
                    condition: dice.maybe(3, |_| condition("context.authenticated").into()),
                    create_time: moment(dice),
                    ..plain
                });
            }
        }
    }

    fn put_tags(&mut self, dice: &mut Dice) {
        for tag in &self.tags {
            let mut put = BTreeSet::new();
            for _ in 0..20 {
                let resource = match dice.below(4) {
                    0 => Tagged::Member(dice.pick(&self.members).user_id),
                    1 => Tagged::Workspace(dice.pick(&self.workspaces).id),
                    2 => Tagged::ApiKey(dice.pick(&self.keys).id),
                    _ => Tagged::Organization(dice.pick(&self.children).id),
                };
                if put.insert(resource) {
                    self.tagged.push(TagResources {
                        organization_id: self.top.id,
                        tag_id: tag.id,
                        resources: vec![resource],
                        create_time: moment(dice),
                    });
                }
            }
        }
    }

    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        changes.extend(self.children.iter().cloned().map(Change::OrganizationCreated));
        changes.extend(self.permissions.iter().cloned().map(Change::PermissionRegistered));
        changes.extend(self.roles.iter().cloned().map(Change::RoleCreated));
        changes.extend(self.workspaces.iter().cloned().map(Change::WorkspaceCreated));
        changes.extend(self.members.iter().cloned().map(Change::MemberAdded));
        changes.extend(self.groups.iter().cloned().map(Change::GroupCreated));
        changes.extend(self.accounts.iter().cloned().map(Change::ServiceAccountCreated));
        changes.extend(self.group_members.iter().cloned().map(Change::GroupMemberAdded));
        changes.extend(self.keys.iter().cloned().map(Change::ApiKeyCreated));
        changes.extend(self.assignments.iter().cloned().map(Change::RoleAssignmentCreated));
        changes.extend(self.resources.iter().cloned().map(Change::ResourceCreated));
        changes.extend(self.invitations.iter().cloned().map(Change::InvitationCreated));
        changes.extend(self.tags.iter().cloned().map(Change::TagCreated));
        changes.extend(self.tagged.iter().cloned().map(Change::TagAttached));
        changes
    }
}
