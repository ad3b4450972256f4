//! What is planted, told as rows.

use std::collections::BTreeMap;

use polity_domain::api_keys::ApiKey;
use polity_domain::audit::Summary;
use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::{TagId, UserId};
use polity_domain::invitations::Invitation;
use polity_domain::ledger::event::{Actor, Event};
use polity_domain::listing::fold;
use polity_domain::members::Member;
use polity_domain::organizations::Organization;
use polity_domain::permissions::RegisteredPermission;
use polity_domain::resources::Resource;
use polity_domain::roles::{Principal, Role, RoleAssignment};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::tags::{Tag, TagResources, Tagged};
use polity_domain::workspaces::Workspace;
use polity_store::access_log::Entry;

use super::asking::List;
use super::row::{Key, Row};
use super::seeds::Seeds;
use crate::world::NOW;

impl Seeds {
    pub fn rows(&self) -> BTreeMap<List, Vec<Row>> {
        let inside = self.group_members.iter().filter(|inside| inside.group_id == self.groups[0].id);
        let carrying = self.tagged.iter().filter(|put| put.tag_id == self.tags[0].id);
        BTreeMap::from([
            (List::Members, self.members.iter().map(|member| self.member(member)).collect()),
            (List::Organizations, self.children.iter().map(|child| self.organization(child)).collect()),
            (List::RoleAssignments, self.assignments.iter().map(assigned).collect()),
            (List::ApiKeys, self.keys.iter().map(|key| self.key(key)).collect()),
            (List::Invitations, self.invitations.iter().map(invitation_row).collect()),
            (List::Groups, self.groups.iter().map(|group| self.group(group)).collect()),
            (List::GroupMembers, inside.map(inside_row).collect()),
            (List::Workspaces, self.workspaces.iter().map(|workspace| self.workspace(workspace)).collect()),
            (List::Tags, self.tags.iter().map(tag_row).collect()),
            (List::TagResources, carrying.map(carrying_row).collect()),
            (List::ServiceAccounts, self.accounts.iter().map(account_row).collect()),
            (List::Roles, self.roles.iter().map(role_row).collect()),
            (List::Permissions, self.permissions.iter().map(permission_row).collect()),
            (List::Resources, self.resources.iter().map(resource_row).collect()),
        ])
    }

    /// The tags on something.
    fn tags_on(&self, resource: Tagged) -> Vec<TagId> {
        self.tagged.iter().filter(|put| put.resources.contains(&resource)).map(|put| put.tag_id).collect()
    }

    fn member(&self, member: &Member) -> Row {
        let user = self.users.iter().find(|user| user.id == member.user_id).unwrap();
        let held = self.assignments.iter().filter(|held| {
            held.principal == Principal::User(user.id)
                && held.resource.is_none()
                && held.expire_time.is_none_or(|end| NOW < end)
        });
        let groups = self.group_members.iter().filter(|inside| inside.member == Principal::User(user.id));
        Row::new(Key::Id(user.id.uuid()))
            .text("user", user.id)
            .text("email", user.email.as_str())
            .sorted("email", Key::Text(user.email.canonical().to_owned()))
            .text("display_name", &user.display_name)
            .sorted("display_name", Key::Text(fold(&user.display_name)))
            .texts("search", [&user.display_name, user.email.as_str()])
            .texts("role", held.map(|held| held.role_id))
            .texts("group", groups.map(|inside| inside.group_id))
            .texts("tag", self.tags_on(Tagged::Member(user.id)))
            .some_time("expire_time", member.expire_time)
            .time("create_time", member.create_time)
            .time("update_time", member.update_time)
    }

    fn organization(&self, child: &Organization) -> Row {
        Row::new(Key::Id(child.id.uuid()))
            .text("id", child.id)
            .text("title", &child.title)
            .text("slug", &child.slug)
            .some("external_id", child.external_id.as_ref())
            .text("state", child.state.as_str())
            .text("parent", self.top.id)
            .text("kind", &child.kind)
            .text("region", &child.region)
            .labels(&child.labels)
            .texts("tag", self.tags_on(Tagged::Organization(child.id)))
            .time("create_time", child.create_time)
            .time("update_time", child.update_time)
    }

    fn key(&self, key: &ApiKey) -> Row {
        Row::new(Key::Id(key.id.uuid()))
            .text("id", key.id)
            .text("title", &key.title)
            .some("service_account", key.service_account_id)
            .text("state", key.state(NOW))
            .texts("tag", self.tags_on(Tagged::ApiKey(key.id)))
            .some_time("expire_time", key.expire_time)
            .time("create_time", key.create_time)
            .time("update_time", key.update_time)
    }

    fn group(&self, group: &Group) -> Row {
        let inside = self.group_members.iter().filter(|inside| inside.group_id == group.id);
        let users = inside.filter_map(|inside| match inside.member {
            Principal::User(id) => Some(id),
            _ => None,
        });
        Row::new(Key::Id(group.id.uuid()))
            .text("id", group.id)
            .text("title", &group.title)
            .some("external_id", group.external_id.as_ref())
            .text("source", group.source.as_str())
            .texts("member", users)
            .time("create_time", group.create_time)
            .time("update_time", group.update_time)
    }

    fn workspace(&self, workspace: &Workspace) -> Row {
        Row::new(Key::Id(workspace.id.uuid()))
            .text("id", workspace.id)
            .text("title", &workspace.title)
            .text("slug", &workspace.slug)
            .text("state", workspace.state.as_str())
            .labels(&workspace.labels)
            .texts("tag", self.tags_on(Tagged::Workspace(workspace.id)))
            .time("create_time", workspace.create_time)
            .time("update_time", workspace.update_time)
    }

    /// What the organization may see of the log: what was asked about it, and how its members signed in
    /// since they are members.
    pub fn log(&self, entries: &[Entry]) -> Vec<Row> {
        let since = |user: UserId| self.members.iter().find(|member| member.user_id == user);
        let seen = |entry: &&Entry| {
            entry.organization_id.is_some()
                || entry.user_id.and_then(since).is_some_and(|member| {
                    member.create_time <= entry.time && member.expire_time.is_none_or(|end| entry.time < end)
                })
        };
        entries.iter().filter(seen).map(entry_row).collect()
    }
}

/// An event as it is read: that is the only place where it is whole.
pub fn event_row(event: &Event) -> Row {
    let summary = Summary::of(&event.change);
    let at = event.organization_id;
    let number = i64::try_from(event.revision).unwrap();
    let actor = match event.actor {
        Actor::User { user_id, .. } => Some(user_id),
        Actor::Bearer { user_id } => user_id,
        _ => None,
    };
    let key = match event.actor {
        Actor::ApiKey { api_key_id } => Some(api_key_id),
        _ => None,
    };
    Row::new(Key::Number(number))
        .text("id", event.id)
        .text("kind", event.change.kind())
        .text("action", summary.action)
        .text("crud", summary.crud.name())
        .some("target", summary.target)
        .text("outcome", "SUCCESS")
        .some("ip", event.ip_address.as_ref())
        .some("actor", actor)
        .some("api_key", key)
        .text("organization", at)
        .text("request_id", event.request_id)
        .number("revision", number)
        .time("time", event.time)
        .texts("search", [&summary.description])
        .texts("keyword", [&summary.description])
}

fn assigned(held: &RoleAssignment) -> Row {
    let row = Row::new(Key::Id(held.id.uuid()))
        .text("id", held.id)
        .text("principal_type", held.principal.kind())
        .text("role", held.role_id)
        .truth("conditional", held.condition.is_some());
    let row = match held.principal {
        Principal::User(id) => row.text("user", id),
        Principal::ApiKey(id) => row.text("api_key", id),
        Principal::Group(id) => row.text("group", id),
        Principal::ServiceAccount(id) => row.text("service_account", id),
        Principal::Anonymous => row,
    };
    row.some("resource_type", held.resource.as_ref().map(|resource| &resource.kind))
        .some("resource_id", held.resource.as_ref().map(|resource| &resource.id))
        .some_time("expire_time", held.expire_time)
        .time("create_time", held.create_time)
}

fn resource_row(resource: &Resource) -> Row {
    Row::new(Key::Id(resource.id.uuid()))
        .text("type", &resource.resource.kind)
        .text("id", &resource.resource.id)
        .some("parent_type", resource.parent.as_ref().map(|parent| &parent.kind))
        .some("parent_id", resource.parent.as_ref().map(|parent| &parent.id))
        .truth("inherits_roles", resource.inherits_roles)
        .time("create_time", resource.create_time)
        .time("update_time", resource.update_time)
}

fn invitation_row(invitation: &Invitation) -> Row {
    let inviter = match invitation.sponsor {
        Principal::User(id) => Some(id),
        _ => None,
    };
    Row::new(Key::Id(invitation.id.uuid()))
        .text("id", invitation.id)
        .text("email", invitation.email.as_str())
        .text("state", invitation.state(NOW).as_str())
        .texts("role", &invitation.roles)
        .some("workspace", invitation.workspace_id)
        .some("inviter", inviter)
        .time("create_time", invitation.create_time)
        .time("update_time", invitation.update_time)
        .time("expire_time", invitation.expire_time)
}

fn inside_row(inside: &GroupMember) -> Row {
    let row = Row::new(Key::Id(inside.member.uuid())).time("create_time", inside.create_time);
    match inside.member {
        Principal::User(id) => row.text("user", id),
        Principal::Group(id) => row.text("group", id),
        Principal::ServiceAccount(id) => row.text("service_account", id),
        Principal::ApiKey(_) | Principal::Anonymous => row,
    }
}

fn tag_row(tag: &Tag) -> Row {
    Row::new(Key::Id(tag.id.uuid()))
        .text("id", tag.id)
        .text("title", &tag.title)
        .sorted("title", Key::Text(fold(&tag.title)))
        .some("color", tag.color.as_ref())
        .time("create_time", tag.create_time)
        .time("update_time", tag.update_time)
}

fn carrying_row(put: &TagResources) -> Row {
    let resource = put.resources[0];
    Row::new(Key::Id(resource.uuid())).text("type", resource.kind()).time("create_time", put.create_time)
}

fn account_row(account: &ServiceAccount) -> Row {
    Row::new(Key::Id(account.id.uuid()))
        .text("id", account.id)
        .text("title", &account.title)
        .truth("disabled", account.disabled)
        .time("create_time", account.create_time)
        .time("update_time", account.update_time)
}

fn role_row(role: &Role) -> Row {
    Row::new(Key::Id(role.id.uuid()))
        .text("id", role.id)
        .text("organization", role.organization_id)
        .text("title", &role.title)
        .text("scope", role.scope.as_str())
        .time("create_time", role.create_time)
        .time("update_time", role.update_time)
}

fn permission_row(permission: &RegisteredPermission) -> Row {
    Row::new(Key::Text(permission.name.clone()))
        .text("name", &permission.name)
        .text("organization", permission.organization_id)
        .text("danger", serde_json::to_value(permission.danger).unwrap().as_str().unwrap())
        .truth("deprecated", permission.deprecated)
        .time("create_time", permission.create_time)
}

fn entry_row(entry: &Entry) -> Row {
    let row = Row::new(Key::Id(entry.id.uuid()))
        .text("id", entry.id)
        .time("time", entry.time)
        .sorted("create_time", Key::Number(entry.time.micros()))
        .some("user", entry.user_id)
        .some("api_key", entry.api_key_id)
        .text("action", entry.action)
        .text("status", if entry.succeeded { "SUCCESS" } else { "FAILURE" })
        .some("method", entry.method)
        .some("route", entry.route.as_ref())
        .some("ip", entry.ip_address.as_ref())
        .some("request_id", entry.request_id);
    match entry.http_status {
        Some(status) => row.number("http_status", i64::from(status)),
        None => row,
    }
}
