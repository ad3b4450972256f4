//! One of each thing, at random.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::api_keys::{ApiKey, RevocationReason, Revoked};
use polity_domain::email::Email;
use polity_domain::groups::{Group, GroupSource};
use polity_domain::ids::{
    ApiKeyId, GroupId, OrganizationId, ResourceId, RoleId, ServiceAccountId, TagId, TreeId, UserId,
    WorkspaceId,
};
use polity_domain::invitations::{Ended, Invitation};
use polity_domain::members::Member;
use polity_domain::organizations::{Edge, Organization, OrganizationState};
use polity_domain::permissions::{Danger, RegisteredPermission};
use polity_domain::resources::Resource;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, Role, RoleScope};
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::tags::Tag;
use polity_domain::time::Time;
use polity_domain::users::User;
use polity_domain::workspaces::{Workspace, WorkspacePreferences, WorkspaceState};

use super::dice::Dice;
use super::texts;
use crate::engines::uuid;
use crate::world::{self, NOW, api_key, invitation, later, member, organization};

/// One of few moments, so that many things are of the same one.
pub fn moment(dice: &mut Dice) -> Time {
    Time(later(i64::try_from(dice.below(7)).unwrap() - 3).micros() + dice.pick(&[0, 0, 1, 500_000]))
}

/// A number apart from the text, where no two may be called the same.
fn numbered(dice: &mut Dice, number: usize) -> String {
    format!("{}{number}", texts::title(dice))
}

pub fn person(dice: &mut Dice, number: usize) -> User {
    let local = dice.one(&["Ann", "ann.b", "bob+tag", "x_y", "O'Brien"]);
    let domain = dice.one(&["one.test", "Two.test", "a-b.test", "bücher.test"]);
    let email = Email::parse(&format!("{local}{number}@{domain}")).unwrap();
    let display_name = texts::title(dice).replace('\n', " ");
    User { email, display_name, ..world::user("", "someone@example.test") }
}

pub fn belonging(dice: &mut Dice, at: OrganizationId, user: UserId) -> Member {
    let (expire_time, update_time) = (dice.maybe(3, moment), moment(dice));
    Member { expire_time, update_time, ..member(at, user, moment(dice)) }
}

fn labels(dice: &mut Dice) -> BTreeMap<String, String> {
    (0..dice.below(4)).map(|_| (dice.one(texts::KEYS).to_owned(), texts::label(dice))).collect()
}

pub fn child(dice: &mut Dice, top: TreeId) -> Organization {
    let plain = organization(&texts::title(dice), Some(top), Some(Edge::to(top)));
    let state = match dice.below(4) {
        0 => OrganizationState::Suspended { reason: "unpaid".to_owned() },
        1 => OrganizationState::Deleted { delete_time: NOW, purge_time: later(60), suspend_reason: None },
        _ => OrganizationState::Active,
    };
    Organization {
        slug: format!("{}-{}", texts::word(dice), plain.slug),
        external_id: dice.maybe(2, texts::plain),
        kind: texts::word(dice),
        region: dice.one(&["eu", "us-1"]).to_owned(),
        labels: labels(dice),
        state,
        create_time: moment(dice),
        update_time: moment(dice),
        ..plain
    }
}

pub fn workspace(dice: &mut Dice, at: OrganizationId, number: usize) -> Workspace {
    let gone = WorkspaceState::Deleted { delete_time: NOW, purge_time: later(60) };
    Workspace {
        id: WorkspaceId::from_uuid(uuid()),
        organization_id: at,
        title: texts::title(dice),
        slug: format!("{}-{number}", texts::word(dice)),
        description: String::new(),
        labels: labels(dice),
        preferences: WorkspacePreferences::default(),
        settings: BTreeMap::new(),
        state: if dice.chance(3) { gone } else { WorkspaceState::Active },
        create_time: moment(dice),
        update_time: moment(dice),
    }
}

pub fn role(dice: &mut Dice, at: OrganizationId, number: usize) -> Role {
    Role {
        id: RoleId::from_uuid(uuid()),
        title: numbered(dice, number),
        scope: dice.pick(&[RoleScope::Organization, RoleScope::Workspace]),
        create_time: moment(dice),
        update_time: moment(dice),
        ..world::role(at, "", "documents.read")
    }
}

pub fn permission(dice: &mut Dice, at: OrganizationId, number: usize) -> RegisteredPermission {
    let name = format!("{}.read{number}", dice.one(&["documents", "a_b", "z"]));
    RegisteredPermission {
        danger: dice.pick(&[Danger::Read, Danger::Write, Danger::Admin, Danger::Owner]),
        deprecated: dice.chance(2),
        create_time: moment(dice),
        ..world::permission(at, &name)
    }
}

pub fn group(dice: &mut Dice, at: OrganizationId, number: usize) -> Group {
    Group {
        id: GroupId::from_uuid(uuid()),
        organization_id: at,
        title: texts::title(dice),
        external_id: dice.maybe(2, |dice| format!("{}{number}", texts::plain(dice))),
        description: String::new(),
        source: dice.pick(&[GroupSource::Manual, GroupSource::Scim]),
        create_time: moment(dice),
        update_time: moment(dice),
    }
}

pub fn service_account(dice: &mut Dice, at: OrganizationId) -> ServiceAccount {
    ServiceAccount {
        id: ServiceAccountId::from_uuid(uuid()),
        organization_id: at,
        title: texts::title(dice),
        description: String::new(),
        disabled: dice.chance(2),
        create_time: moment(dice),
        update_time: moment(dice),
    }
}

pub fn key(dice: &mut Dice, at: OrganizationId, users: &[User], accounts: &[ServiceAccount]) -> ApiKey {
    let revoked =
        dice.maybe(4, |dice| Revoked { reason: RevocationReason::Unused, revoke_time: moment(dice) });
    ApiKey {
        id: ApiKeyId::from_uuid(uuid()),
        service_account_id: dice.maybe(2, |dice| dice.pick(accounts).id),
        expire_time: dice.maybe(2, moment),
        revoked,
        create_time: moment(dice),
        update_time: moment(dice),
        ..api_key(at, &texts::title(dice), users[0].id)
    }
}

pub fn invited(
    dice: &mut Dice,
    at: OrganizationId,
    number: usize,
    users: &[User],
    workspaces: &[Workspace],
) -> Invitation {
    let email = format!("{}{number}@two.test", dice.one(&["New", "guest", "x_y"]));
    let sponsor = dice.pick(users).id;
    let ended = match dice.below(6) {
        0 => Some(Ended::Accepted { user_id: sponsor }),
        1 => Some(Ended::Declined),
        2 => Some(Ended::Bounced),
        _ => None,
    };
    let roles: BTreeSet<RoleId> = (0..dice.below(3)).map(|_| dice.pick(&BuiltIn::ALL).id()).collect();
    Invitation {
        workspace_id: dice.maybe(2, |dice| dice.pick(workspaces).id),
        sponsor: if dice.chance(3) {
            Principal::ApiKey(ApiKeyId::from_uuid(uuid()))
        } else {
            Principal::User(sponsor)
        },
        roles: roles.into_iter().collect(),
        ended,
        expire_time: moment(dice),
        create_time: moment(dice),
        update_time: moment(dice),
        ..invitation(at, &email, sponsor)
    }
}

pub fn tag(dice: &mut Dice, at: OrganizationId, number: usize) -> Tag {
    Tag {
        id: TagId::from_uuid(uuid()),
        organization_id: at,
        title: numbered(dice, number),
        color: dice.maybe(2, |dice| dice.one(&["#1f6feb", "#ffffff"]).to_owned()),
        description: String::new(),
        create_time: moment(dice),
        update_time: moment(dice),
    }
}

/// One below a workspace, another resource or neither.
pub fn resource(
    dice: &mut Dice,
    at: OrganizationId,
    number: usize,
    workspaces: &[Workspace],
    others: &[Resource],
) -> Resource {
    let parent = match dice.below(3) {
        0 => Some(ResourceRef::workspace(dice.pick(workspaces).id)),
        1 if !others.is_empty() => Some(others[dice.below(others.len())].resource.clone()),
        _ => None,
    };
    let kind = dice.one(&["documents", "a_b", "folders"]).to_owned();
    Resource {
        id: ResourceId::from_uuid(uuid()),
        organization_id: at,
        resource: ResourceRef { kind, id: numbered(dice, number) },
        parent,
        inherits_roles: dice.chance(2),
        create_time: moment(dice),
        update_time: moment(dice),
    }
}
