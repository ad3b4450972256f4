//! Random steps: each becomes an event that is valid in the world as it is, or nothing.

use std::cell::Cell;
use std::collections::BTreeSet;

use polity_domain::api_keys::{ApiKey, RevocationReason};
use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::Member;
use polity_domain::organizations::{Edge, MAX_DEPTH, Organization};
use polity_domain::permissions::Danger;
use polity_domain::resources::Resource;
use polity_domain::roles::{BuiltIn, Principal, ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use proptest::prelude::*;

use super::{
    ACCOUNTS, DOCUMENTS, GROUPS, KEYS, MOMENTS, NAMES, USERS, When, World, account_id, api_key, assignment,
    custom_role, document, group, group_id, group_member, key, member, organization, permission, resource,
    role, service_account, workspace, workspace_id,
};

/// How many organizations at most, and how deep.
const ORGANIZATIONS: u8 = 10;
const DEPTH: usize = 5;
const ROLES: u8 = 4;
const WORKSPACES: u8 = 4;
/// The built-in roles that are assigned, the mighty ones more often.
const BUILT_IN: [BuiltIn; 7] = [
    BuiltIn::Owner,
    BuiltIn::Owner,
    BuiltIn::Admin,
    BuiltIn::Reader,
    BuiltIn::Member,
    BuiltIn::WorkspaceDeveloper,
    BuiltIn::WorkspaceViewer,
];

/// What a step tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Try {
    Create,
    Join,
    Assign,
    MakeRole,
    MakeKey,
    MakeGroup,
    PutIn,
    MakeAccount,
    Register,
    Rehang,
    Stop,
    Move,
    Leave,
    ComeBack,
    Purge,
    ChangeMember,
    RemoveMember,
    Withdraw,
    ChangeRole,
    DeleteRole,
    ChangeKey,
    RevokeKey,
    MakeWorkspace,
    StopWorkspace,
    TakeOut,
    DeleteGroup,
    SwitchAccount,
    DeleteAccount,
    PutResource,
    DeleteResource,
}

/// Often what builds, seldom what takes away. Shrinks towards the first.
const WEIGHTS: &[(Try, usize)] = &[
    (Try::Create, 8),
    (Try::Join, 9),
    (Try::Assign, 18),
    (Try::MakeRole, 4),
    (Try::MakeKey, 3),
    (Try::MakeGroup, 5),
    (Try::PutIn, 14),
    (Try::MakeAccount, 3),
    (Try::Register, 3),
    (Try::Rehang, 1),
    (Try::Stop, 2),
    (Try::Move, 2),
    (Try::Leave, 1),
    (Try::ComeBack, 2),
    (Try::Purge, 2),
    (Try::ChangeMember, 1),
    (Try::RemoveMember, 1),
    (Try::Withdraw, 1),
    (Try::ChangeRole, 2),
    (Try::DeleteRole, 1),
    (Try::ChangeKey, 2),
    (Try::RevokeKey, 1),
    (Try::MakeWorkspace, 3),
    (Try::StopWorkspace, 2),
    (Try::TakeOut, 1),
    (Try::DeleteGroup, 1),
    (Try::SwitchAccount, 1),
    (Try::DeleteAccount, 1),
    (Try::PutResource, 7),
    (Try::DeleteResource, 1),
];

/// One step: what it tries, and the dice for the rest.
#[derive(Clone)]
pub struct Step {
    what: Try,
    dice: [u8; 10],
}

impl std::fmt::Debug for Step {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}{:?}", self.what, self.dice)
    }
}

pub type Steps = Vec<Step>;

/// Up to this many random steps.
pub fn steps(most: usize) -> impl Strategy<Value = Steps> {
    some(most, |_| true)
}

/// Steps that change nothing but the tree.
pub fn tree_steps(most: usize) -> impl Strategy<Value = Steps> {
    some(most, |what| {
        use Try::{ComeBack, Create, Leave, Move, Purge, Rehang, Stop};
        matches!(what, Create | Rehang | Stop | Move | Leave | ComeBack | Purge)
    })
}

fn some(most: usize, wanted: impl Fn(Try) -> bool) -> impl Strategy<Value = Steps> {
    let chosen = WEIGHTS.iter().filter(|(what, _)| wanted(*what));
    let bag: Vec<Try> = chosen.flat_map(|(what, weight)| std::iter::repeat_n(*what, *weight)).collect();
    let step = (prop::sample::select(bag), any::<[u8; 10]>()).prop_map(|(what, dice)| Step { what, dice });
    prop::collection::vec(step, 0..=most)
}

/// Dice thrown before: the same answer each time they are read.
struct Dice<'a> {
    thrown: &'a [u8],
    next: Cell<usize>,
}

impl Dice<'_> {
    fn below(&self, sides: usize) -> usize {
        let value = self.thrown.get(self.next.get()).copied().unwrap_or_default();
        self.next.set(self.next.get() + 1);
        usize::from(value) % sides.max(1)
    }

    fn one_of<'t, T>(&self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }

    /// Mostly no end, else some moment.
    fn end(&self) -> Option<Time> {
        let sides = 4 * (MOMENTS + 1);
        let value = i64::try_from(self.below(usize::try_from(sides).unwrap())).unwrap();
        (value <= MOMENTS).then_some(Time(value))
    }

    /// Mostly none.
    fn condition(&self) -> Option<When> {
        let last = self.thrown.last().copied().map(usize::from).unwrap_or_default();
        let sides = 8 * When::ALL.len();
        When::ALL.get(last % sides).copied().filter(|_| last >= When::ALL.len())
    }

    /// Some of the permissions that the questions are about.
    fn names(&self) -> BTreeSet<String> {
        let bits = self.below(256);
        NAMES
            .iter()
            .enumerate()
            .filter(|(bit, _)| bits >> bit & 1 == 1)
            .map(|(_, name)| (*name).to_owned())
            .collect()
    }

    fn edge(&self, parent: OrganizationId) -> Edge {
        Edge { inherits_roles: self.below(4) != 0, ..Edge::to(parent) }
    }

    fn principal(&self) -> Principal {
        let number = self.below(usize::from(USERS + KEYS + GROUPS + ACCOUNTS));
        super::principals().nth(number).unwrap()
    }
}

fn changed<T: Clone>(before: &T, change: impl FnOnce(&mut T)) -> Changed<T> {
    let mut after = before.clone();
    change(&mut after);
    Changed { before: before.clone(), after }
}

/// The first number that this tree has never given: an id is given once, also when what had it is gone.
fn next_number(most: u8, world: &World, gives: impl Fn(&Change, u8) -> bool) -> Option<u8> {
    (0..most).find(|number| !world.changes.iter().any(|change| gives(change, *number)))
}

impl Step {
    /// The event, if what the step tries can be done.
    pub fn change(&self, world: &World) -> Option<Change> {
        let dice = Dice { thrown: &self.dice, next: Cell::new(0) };
        let tables = &world.tables;
        let at = dice.one_of(&tables.organizations).map(|one| one.id);
        match self.what {
            Try::Create => create(&dice, world, at?),
            Try::Join => {
                let number = u8::try_from(dice.below(usize::from(USERS))).unwrap();
                let new = member(at?, number, dice.end());
                let is_new = !tables.members.iter().any(|one| same_member(one, &new));
                is_new.then_some(Change::MemberAdded(new))
            }
            Try::Assign => assign(&dice, world, at?).map(Change::RoleAssignmentCreated),
            Try::MakeRole => {
                let number = next_number(
                    ROLES,
                    world,
                    |change, number| matches!(change, Change::RoleCreated(one) if one.id == custom_role(number)),
                )?;
                let mut new = role(number, at?, &[]);
                new.permissions = dice.names();
                Some(Change::RoleCreated(new))
            }
            Try::MakeKey => {
                let number = next_number(
                    KEYS,
                    world,
                    |change, number| matches!(change, Change::ApiKeyCreated(one) if one.id == key(number)),
                )?;
                let mut new = api_key(number, at?, &[]);
                (new.permissions, new.descendants, new.expire_time) =
                    (dice.names(), dice.below(2) == 0, dice.end());
                // Some act for a service account of their organization.
                let accounts =
                    tables.accounts.iter().filter(|one| one.organization_id == new.organization_id);
                if dice.below(2) == 0 {
                    new.service_account_id = accounts.map(|one| one.id).next();
                }
                if new.service_account_id.is_some() && dice.below(2) == 0 {
                    new.permissions.clear();
                }
                Some(Change::ApiKeyCreated(new))
            }
            Try::MakeGroup => {
                let number = next_number(
                    GROUPS,
                    world,
                    |change, number| matches!(change, Change::GroupCreated(one) if one.id == group_id(number)),
                )?;
                Some(Change::GroupCreated(group(number, at?)))
            }
            Try::MakeAccount => {
                let number = next_number(
                    ACCOUNTS,
                    world,
                    |change, number| matches!(change, Change::ServiceAccountCreated(one) if one.id == account_id(number)),
                )?;
                Some(Change::ServiceAccountCreated(service_account(number, at?)))
            }
            Try::SwitchAccount => {
                let before = dice.one_of(&tables.accounts)?.clone();
                let after = before.switch(!before.disabled, Time(1)).ok()?;
                let change = if after.disabled {
                    Change::ServiceAccountDisabled
                } else {
                    Change::ServiceAccountEnabled
                };
                Some(change(Changed { before, after }))
            }
            Try::DeleteAccount => dice.one_of(&tables.accounts).cloned().map(Change::ServiceAccountDeleted),
            Try::PutIn => put_in(&dice, world),
            Try::TakeOut => dice.one_of(&tables.group_members).cloned().map(Change::GroupMemberRemoved),
            Try::DeleteGroup => dice.one_of(&tables.groups).cloned().map(Change::GroupDeleted),
            Try::Register => {
                let danger = *dice.one_of(&[Danger::Read, Danger::Write, Danger::Admin])?;
                Some(Change::PermissionRegistered(permission(NAMES[4 + dice.below(3)], at?, danger)))
            }
            Try::Rehang => {
                let before = tables.organization(at?)?;
                let edge = before.edge?;
                let flipped = Edge { inherits_roles: !edge.inherits_roles, ..edge };
                Some(Change::OrganizationUpdated(changed(before, |after| after.edge = Some(flipped))))
            }
            Try::Stop => stop(&dice, tables.organization(at?)?),
            Try::Move => {
                let before = tables.organization(at?)?;
                let parent = dice.one_of(&tables.organizations)?.id;
                world.snapshot.check_move(before.id, parent, MAX_DEPTH).ok()?;
                let edge = Some(dice.edge(parent));
                Some(Change::OrganizationMoved(changed(before, |after| after.edge = edge)))
            }
            Try::Leave => {
                let before = tables.organization(at?)?;
                before.edge?;
                Some(Change::OrganizationLeft(changed(before, |after| after.edge = None)))
            }
            Try::ComeBack => {
                let mut subtree = dice.one_of(&tables.outside)?.clone();
                let height = subtree.organizations.len();
                world.snapshot.check_depth(at?, height, MAX_DEPTH).ok()?;
                subtree.organizations[0].edge = Some(dice.edge(at?));
                // Life went on where it was: perhaps nobody is left.
                if dice.below(2) == 0 {
                    subtree.members.clear();
                    subtree.role_assignments.clear();
                }
                Some(Change::OrganizationJoined(subtree))
            }
            Try::Purge => {
                let childless = |one: &&Organization| {
                    tables.organizations.iter().all(|other| other.parent() != Some(one.id))
                };
                let due = tables.organizations.iter().filter(childless);
                let due: Vec<_> = due.filter_map(|one| one.purge(Time::MAX).ok()).collect();
                dice.one_of(&due).copied().map(Change::OrganizationPurged)
            }
            Try::ChangeMember => {
                let before = dice.one_of(&tables.members)?;
                Some(Change::MemberUpdated(changed(before, |after| after.expire_time = dice.end())))
            }
            Try::RemoveMember => dice.one_of(&tables.members).cloned().map(Change::MemberRemoved),
            Try::Withdraw => dice.one_of(&tables.assignments).cloned().map(Change::RoleAssignmentDeleted),
            Try::ChangeRole => {
                let before = dice.one_of(&tables.roles)?;
                Some(Change::RoleUpdated(changed(before, |after| after.permissions = dice.names())))
            }
            Try::DeleteRole => dice.one_of(&tables.roles).cloned().map(Change::RoleDeleted),
            Try::ChangeKey => change_key(&dice, dice.one_of(&tables.keys)?),
            Try::RevokeKey => {
                let before = dice.one_of(&tables.keys)?;
                let after = before.revoke(RevocationReason::Unused, Time(1)).ok()?;
                Some(Change::ApiKeyRevoked(Changed { before: before.clone(), after }))
            }
            Try::PutResource => put_resource(&dice, world, at?),
            Try::DeleteResource => {
                let gone = dice.one_of(&tables.resources)?;
                let below = |one: &Resource| {
                    one.organization_id == gone.organization_id && one.parent.as_ref() == Some(&gone.resource)
                };
                (!tables.resources.iter().any(below)).then(|| Change::ResourceDeleted(gone.clone()))
            }
            Try::MakeWorkspace => {
                let number = next_number(
                    WORKSPACES,
                    world,
                    |change, number| matches!(change, Change::WorkspaceCreated(one) if one.id == workspace_id(number)),
                )?;
                Some(Change::WorkspaceCreated(workspace(number, at?)))
            }
            Try::StopWorkspace => {
                let before = dice.one_of(&tables.workspaces)?.clone();
                if let Ok(after) = before.delete(60, Time(1)) {
                    return Some(Change::WorkspaceDeleted(Changed { before, after }));
                }
                let on = ResourceRef::workspace(before.id);
                let held = tables.assignments.iter().any(|one| one.resource.as_ref() == Some(&on));
                let empty = tables.resources.iter().all(|one| one.parent.as_ref() != Some(&on));
                if !held && empty && dice.below(2) == 0 {
                    return Some(Change::WorkspacePurged(before));
                }
                let after = before.undelete(Time(2)).ok()?;
                Some(Change::WorkspaceUndeleted(Changed { before, after }))
            }
        }
    }
}

fn same_member(one: &Member, other: &Member) -> bool {
    (one.organization_id, one.user_id) == (other.organization_id, other.user_id)
}

/// A person, who need not be a member, or another group of the organization.
fn put_in(dice: &Dice, world: &World) -> Option<Change> {
    let into = dice.one_of(&world.tables.groups)?;
    let inner = dice.one_of(&world.tables.groups)?.id;
    let member = if dice.below(3) == 0 {
        world.snapshot.has_group(into.organization_id, inner).then_some(())?;
        world.snapshot.check_nesting(into.organization_id, into.id, inner).ok()?;
        Principal::Group(inner)
    } else if dice.below(4) == 0 {
        Principal::ServiceAccount(dice.one_of(&world.tables.accounts)?.id)
    } else {
        // Most of the time somebody who is a member, as it is in life.
        let anybody = dice.below(4) == 0;
        let members: Vec<_> = world
            .tables
            .members
            .iter()
            .filter(|one| anybody || one.organization_id == into.organization_id)
            .map(|one| one.user_id)
            .collect();
        Principal::User(*dice.one_of(&members)?)
    };
    let known = world.snapshot.is_in_group(into.organization_id, into.id, member);
    let number = (0..GROUPS).find(|number| group_id(*number) == into.id)?;
    (!known).then(|| Change::GroupMemberAdded(group_member(into.organization_id, number, member)))
}

fn create(dice: &Dice, world: &World, parent: OrganizationId) -> Option<Change> {
    let number = next_number(
        ORGANIZATIONS,
        world,
        |change, number| matches!(change, Change::OrganizationCreated(one) if one.id == super::org(number)),
    )?;
    world.snapshot.check_depth(parent, 0, MAX_DEPTH).ok()?;
    let shallow = world.tables.above(parent).len() <= DEPTH;
    shallow.then(|| Change::OrganizationCreated(organization(number, Some(dice.edge(parent)))))
}

fn assign(dice: &Dice, world: &World, at: OrganizationId) -> Option<RoleAssignment> {
    let principal = dice.principal();
    let custom = world.tables.roles.iter().flat_map(|one| [one.id, one.id]);
    let roles: Vec<RoleId> = BUILT_IN.iter().map(|one| one.id()).chain(custom).collect();
    let number = u128::try_from(world.changes.len()).unwrap();
    let mut new = assignment(number, at, principal, *dice.one_of(&roles)?);
    new.resource = dice.one_of(&[None, None, None, None, Some("1"), Some("2")])?.map(document);
    new.expire_time = dice.end();
    new.condition = dice.condition().map(|when| Box::new(when.condition()));
    // Most of the time to somebody who is a member, as it is in life.
    if let Principal::User(_) = principal
        && let Some(member) = dice.one_of(&world.tables.members)
    {
        (new.organization_id, new.principal) = (member.organization_id, Principal::User(member.user_id));
    }
    // Sometimes on a workspace, mostly where it belongs.
    if let (0, Some(on)) = (dice.below(4), dice.one_of(&world.tables.workspaces)) {
        new.resource = Some(ResourceRef::workspace(on.id));
        if dice.below(4) != 0 {
            new.organization_id = on.organization_id;
        }
    }
    // And mostly where the group is at home; elsewhere it must give nothing.
    if let Principal::ServiceAccount(_) = principal {
        let account = dice.one_of(&world.tables.accounts)?;
        new.principal = Principal::ServiceAccount(account.id);
        if dice.below(4) != 0 {
            new.organization_id = account.organization_id;
        }
    }
    if let Principal::Group(_) = principal {
        let group = dice.one_of(&world.tables.groups)?;
        new.principal = Principal::Group(group.id);
        if dice.below(4) != 0 {
            new.organization_id = group.organization_id;
        }
    }
    Some(new)
}

/// A document in a place of its own, mostly below something, where something is held or stands already.
fn put_resource(dice: &Dice, world: &World, at: OrganizationId) -> Option<Change> {
    let tables = &world.tables;
    let held = tables.assignments.iter().filter(|one| one.resource.is_some()).map(|one| one.organization_id);
    let there = tables.workspaces.iter().map(|one| one.organization_id);
    let likely: Vec<_> = held.chain(there).collect();
    let at = dice.one_of(&likely).copied().filter(|_| dice.below(4) != 0).unwrap_or(at);
    let own = document(DOCUMENTS[dice.below(DOCUMENTS.len())]);
    let workspaces = tables.workspaces.iter().filter(|one| one.organization_id == at);
    let others = tables.resources.iter().filter(|one| one.organization_id == at);
    let parents: Vec<_> = workspaces
        .map(|one| ResourceRef::workspace(one.id))
        .chain(others.map(|one| one.resource.clone()))
        .map(Some)
        .chain([None])
        .collect();
    let parent = dice.one_of(&parents)?.clone();
    if let Some(parent) = &parent {
        world.snapshot.check_resource_place(at, &own, parent).ok()?;
    }
    let inherits_roles = dice.below(4) != 0;
    let known = tables.resources.iter().find(|one| one.organization_id == at && one.resource == own);
    Some(match known {
        Some(before) => {
            let after = before.placed(parent, inherits_roles, Time(1));
            Change::ResourceUpdated(Changed { before: before.clone(), after })
        }
        None => Change::ResourceCreated(Resource { inherits_roles, ..resource(at, own, parent) }),
    })
}

fn stop(dice: &Dice, before: &Organization) -> Option<Change> {
    // What stops the top stops the world: seldom.
    if before.edge.is_none() && dice.below(8) != 0 {
        return before
            .resume(Time(1))
            .ok()
            .map(|after| Change::OrganizationResumed(Changed { before: before.clone(), after }));
    }
    let now = Time(1);
    let with = |after: Organization| Changed { before: before.clone(), after };
    match dice.below(4) {
        0 => before.suspend("unpaid".to_owned(), now).ok().map(with).map(Change::OrganizationSuspended),
        1 => before.resume(now).ok().map(with).map(Change::OrganizationResumed),
        2 if before.edge.is_some() => before.delete(60, now).ok().map(with).map(Change::OrganizationDeleted),
        _ => before.undelete(now).ok().map(with).map(Change::OrganizationUndeleted),
    }
}

fn change_key(dice: &Dice, before: &ApiKey) -> Option<Change> {
    match dice.below(3) {
        0 => {
            let after = before.rotate("h2".to_owned(), 60, Time(1)).ok()?;
            Some(Change::ApiKeyRotated(Changed { before: before.clone(), after }))
        }
        1 => Some(Change::ApiKeyUpdated(changed(before, |after| after.permissions = dice.names()))),
        _ => Some(Change::ApiKeyUpdated(changed(before, |after| {
            (after.descendants, after.expire_time) = (!after.descendants, dice.end());
        }))),
    }
}
