//! What stands beside and below an organization's members: a tree of organizations, and some of everything that has
//! a list of its own.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow};
use polity_app::ports::{Chance, Clock, SystemChance, SystemClock};
use polity_domain::api_keys::{ApiKey, KeySecret};
use polity_domain::email::Email;
use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{
    ApiKeyId, GroupId, InvitationId, OrganizationId, RoleAssignmentId, RoleId, ServiceAccountId, TagId,
    UserId, WorkspaceId,
};
use polity_domain::invitations::{Invitation, Redirect};
use polity_domain::ledger::event::Change;
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, Role, RoleAssignment, RoleScope};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::tags::{Tag, TagResources, Tagged};
use polity_domain::time::Time;
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};
use polity_store::Store;
use uuid::Uuid;

use crate::commit;

/// How deep the tree of organizations is.
const DEPTH: usize = 8;
/// Changes in one unit of work.
const UNIT: usize = 2_000;

fn draw() -> Uuid {
    SystemChance.uuid()
}

/// Half of them directly below `top`, the others spread over a chain that goes all the way down.
pub async fn organizations(store: &Store, top: OrganizationId, count: u32) -> Result<()> {
    let tree = store.tree_of(top).await?.context("there is no such organization")?;
    let mut chain = vec![top];
    let mut changes = Vec::new();
    for number in 0..usize::try_from(count)? {
        let parent = match number {
            0..DEPTH => chain[number],
            _ if number.is_multiple_of(2) => top,
            _ => chain[(number / 2) % DEPTH],
        };
        let made = organization(tree, parent, number);
        if number < DEPTH {
            chain.push(made.id);
        }
        changes.push(Change::OrganizationCreated(made));
    }
    write(store, top, changes).await
}

fn organization(tree_id: OrganizationId, parent: OrganizationId, number: usize) -> Organization {
    let (id, now) = (OrganizationId::from_uuid(draw()), SystemClock.now());
    Organization {
        id,
        tree_id,
        edge: Some(Edge::to(parent)),
        title: format!("Branch {number}"),
        slug: id.to_string().replace('_', "-"),
        external_id: Some(format!("branch-{number}")),
        kind: "organization".to_owned(),
        region: "local".to_owned(),
        labels: BTreeMap::from([("env".to_owned(), "bench".to_owned())]),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: now,
        update_time: now,
    }
}

/// So many groups, workspaces, tags, keys, service accounts, roles and invitations. The first group, workspace and
/// tag have as many in them.
pub async fn rooms(
    store: &Store,
    at: OrganizationId,
    prefix: &str,
    users: &[UserId],
    count: u32,
) -> Result<()> {
    let Some(someone) = users.first() else { return Ok(()) };
    let count = usize::try_from(count)?;
    let now = SystemClock.now();
    let mut changes = Vec::new();
    let mut first = None;
    for number in 0..count {
        let (group, workspace, tag) =
            (group(at, number, now), workspace(at, number, now), tag(at, prefix, number, now));
        first.get_or_insert((group.id, workspace.id, tag.id));
        changes.extend([
            Change::GroupCreated(group),
            Change::WorkspaceCreated(workspace),
            Change::TagCreated(tag),
            Change::ServiceAccountCreated(service_account(at, number, now)),
            Change::RoleCreated(role(at, number, now)),
            Change::ApiKeyCreated(api_key(at, number, *someone, now)),
            Change::InvitationCreated(invitation(at, prefix, number, *someone, now)?),
        ]);
    }
    if let Some((group, workspace, tag)) = first {
        changes
            .extend(users.iter().take(count).flat_map(|user| crowd(at, *user, (group, workspace, tag), now)));
    }
    write(store, at, changes).await
}

/// Somebody in a group, in a workspace and under a tag.
fn crowd(
    organization_id: OrganizationId,
    user: UserId,
    (group_id, workspace, tag_id): (GroupId, WorkspaceId, TagId),
    create_time: Time,
) -> [Change; 3] {
    let resource = ResourceRef { kind: "workspace".to_owned(), id: workspace.to_string() };
    let member = Principal::User(user);
    [
        Change::GroupMemberAdded(GroupMember { organization_id, group_id, member, create_time }),
        Change::RoleAssignmentCreated(RoleAssignment {
            id: RoleAssignmentId::from_uuid(draw()),
            organization_id,
            principal: member,
            role_id: BuiltIn::WorkspaceViewer.id(),
            resource: Some(resource),
            expire_time: None,
            condition: None,
            create_time,
        }),
        Change::TagAttached(TagResources {
            organization_id,
            tag_id,
            resources: vec![Tagged::Member(user)],
            create_time,
        }),
    ]
}

async fn write(store: &Store, at: OrganizationId, mut changes: Vec<Change>) -> Result<()> {
    while !changes.is_empty() {
        let rest = changes.split_off(changes.len().min(UNIT));
        commit(store, at, std::mem::replace(&mut changes, rest)).await?;
    }
    Ok(())
}

fn group(organization_id: OrganizationId, number: usize, now: Time) -> Group {
    Group {
        id: GroupId::from_uuid(draw()),
        organization_id,
        title: format!("Group {number}"),
        external_id: None,
        description: String::new(),
        source: GroupSource::Manual,
        create_time: now,
        update_time: now,
    }
}

fn workspace(organization_id: OrganizationId, number: usize, now: Time) -> Workspace {
    Workspace {
        id: WorkspaceId::from_uuid(draw()),
        organization_id,
        title: format!("Workspace {number}"),
        slug: format!("workspace-{number}"),
        description: String::new(),
        labels: BTreeMap::new(),
        preferences: WorkspacePreferences::default(),
        settings: BTreeMap::new(),
        state: WorkspaceState::Active,
        create_time: now,
        update_time: now,
    }
}

fn tag(organization_id: OrganizationId, prefix: &str, number: usize, now: Time) -> Tag {
    Tag {
        id: TagId::from_uuid(draw()),
        organization_id,
        title: format!("{prefix} tag {number}"),
        color: None,
        description: String::new(),
        create_time: now,
        update_time: now,
    }
}

fn service_account(organization_id: OrganizationId, number: usize, now: Time) -> ServiceAccount {
    ServiceAccount {
        id: ServiceAccountId::from_uuid(draw()),
        organization_id,
        title: format!("Robot {number}"),
        description: String::new(),
        disabled: false,
        create_time: now,
        update_time: now,
    }
}

fn role(organization_id: OrganizationId, number: usize, now: Time) -> Role {
    Role {
        id: RoleId::from_uuid(draw()),
        organization_id,
        title: format!("Role number {number}"),
        description: String::new(),
        scope: RoleScope::Organization,
        permissions: BTreeSet::from(["members.read".to_owned()]),
        create_time: now,
        update_time: now,
    }
}

fn api_key(organization_id: OrganizationId, number: usize, creator: UserId, now: Time) -> ApiKey {
    // Nobody knows a secret of this hash.
    let secret = KeySecret { number: 1, hash: "00".repeat(32), create_time: now, expire_time: None };
    ApiKey {
        id: ApiKeyId::from_uuid(draw()),
        organization_id,
        title: format!("Key {number}"),
        service_account_id: None,
        permissions: BTreeSet::from(["members.read".to_owned()]),
        descendants: false,
        allowed_cidrs: Vec::new(),
        rate_limit_per_minute: None,
        expire_time: None,
        secrets: vec![secret],
        revoked: None,
        creator: Principal::User(creator),
        create_time: now,
        update_time: now,
    }
}

fn invitation(
    organization_id: OrganizationId,
    prefix: &str,
    number: usize,
    sponsor: UserId,
    now: Time,
) -> Result<Invitation> {
    let email = Email::parse(&format!("{prefix}-guest-{number}@bench.example"))
        .map_err(|error| anyhow!("{error}"))?;
    Ok(Invitation {
        id: InvitationId::from_uuid(draw()),
        organization_id,
        email,
        workspace_id: None,
        roles: vec![BuiltIn::Member.id()],
        groups: Vec::new(),
        redirect: Redirect::default(),
        locale: "en".to_owned(),
        message: None,
        sponsor: Principal::User(sponsor),
        ended: None,
        generation: 1,
        expire_time: now.plus_seconds(7 * 86_400),
        create_time: now,
        update_time: now,
    })
}
