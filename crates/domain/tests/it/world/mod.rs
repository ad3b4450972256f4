//! Random worlds: a tree that a random sequence of events made, kept twice. Once as the domain keeps it
//! (a [`Snapshot`] that the events were folded into), once as plain lists of resources ([`Tables`]),
//! from which a naive model answers by brute force.

mod conditions;
mod make;
mod model;
mod public;
mod steps;
mod tables;

pub use conditions::{Told, When};
pub use make::{
    api_key, assignment, group, group_member, invitation, invite_link, member, membership_request,
    organization, permission, policy, put, resource, role, service_account, support_access_grant, tag,
    workspace,
};
pub use public::opened;
pub use steps::{Steps, steps, tree_steps};
pub use tables::Tables;

use polity_domain::access::Snapshot;
use polity_domain::ids::{
    ApiKeyId, GroupId, OrganizationId, PolicyId, RoleId, ServiceAccountId, UserId, WorkspaceId,
};
use polity_domain::ledger::event::Change;
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
use proptest::prelude::ProptestConfig;
use uuid::Uuid;

/// So many cases of a property, or as many in a hundred of them as `POLITY_TEST_CASES_PERCENT` says: more at night, where
/// time is, and fewer for each of many mutants.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to search")]
pub fn cases(many: u32) -> ProptestConfig {
    let percent = std::env::var("POLITY_TEST_CASES_PERCENT").map_or(100, |percent| percent.parse().unwrap());
    let cases = (many.checked_mul(percent).unwrap() / 100).max(1);
    // Worlds in which the question makes no sense are passed over: with more cases there are more of these.
    ProptestConfig { cases, max_global_rejects: cases.max(100) * 20, ..ProptestConfig::default() }
}

/// How many people there are.
pub const USERS: u8 = 6;
/// How many keys at most.
pub const KEYS: u8 = 3;
/// How many groups at most.
pub const GROUPS: u8 = 5;
/// The names of the application's things.
pub const DOCUMENTS: [&str; 4] = ["1", "2", "3", "4"];
/// How many service accounts at most.
pub const ACCOUNTS: u8 = 3;
/// Moments run from 0 to here, so that a question often falls on the very end of something.
pub const MOMENTS: i64 = 6;
/// Permissions that the questions are about: Polity's own of every danger, and what applications register.
pub const NAMES: [&str; 7] = [
    "organizations.read",
    "members.add",
    "audit.read",
    "ownership.transfer",
    "documents.read",
    "documents.write",
    "reports.publish",
];

pub const fn org(number: u8) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(1_000 + number as u128))
}

pub const fn user(number: u8) -> UserId {
    UserId::from_uuid(Uuid::from_u128(2_000 + number as u128))
}

pub const fn key(number: u8) -> ApiKeyId {
    ApiKeyId::from_uuid(Uuid::from_u128(3_000 + number as u128))
}

pub const fn group_id(number: u8) -> GroupId {
    GroupId::from_uuid(Uuid::from_u128(7_000 + number as u128))
}

pub const fn account_id(number: u8) -> ServiceAccountId {
    ServiceAccountId::from_uuid(Uuid::from_u128(9_000 + number as u128))
}

pub const fn custom_role(number: u8) -> RoleId {
    RoleId::from_uuid(Uuid::from_u128(4_000 + number as u128))
}

pub const fn policy_id(number: u8) -> PolicyId {
    PolicyId::from_uuid(Uuid::from_u128(13_000 + number as u128))
}

pub const fn workspace_id(number: u8) -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(9_000 + number as u128))
}

/// Everybody there can be.
pub fn principals() -> impl Iterator<Item = Principal> {
    let users = (0..USERS).map(|number| Principal::User(user(number)));
    let keys = (0..KEYS).map(|number| Principal::ApiKey(key(number)));
    let groups = (0..GROUPS).map(|number| Principal::Group(group_id(number)));
    let accounts = (0..ACCOUNTS).map(|number| Principal::ServiceAccount(account_id(number)));
    users.chain(keys).chain(groups).chain(accounts)
}

/// The application's things that assignments and questions are about.
pub fn document(id: &str) -> ResourceRef {
    ResourceRef { kind: "documents".to_owned(), id: id.to_owned() }
}

/// A tree after a random sequence of events.
#[derive(Debug, Clone)]
pub struct World {
    pub snapshot: Snapshot,
    pub tables: Tables,
    pub changes: Vec<Change>,
}

impl World {
    /// A tree of one organization, `org(0)`.
    pub fn new() -> Self {
        let mut world =
            Self { snapshot: Snapshot::new(org(0)), tables: Tables::default(), changes: Vec::new() };
        world.record(Change::OrganizationCreated(organization(0, None)));
        world
    }

    /// The tree that these steps make.
    pub fn of(steps: &Steps) -> Self {
        let mut world = Self::new();
        // What was settled says nothing of what changed since: in every third world all of it, none, or some.
        let settled = [Some(steps.len()), Some(steps.len() / 2), None][steps.len() % 3];
        for (number, step) in steps.iter().enumerate() {
            if settled == Some(number) {
                world.snapshot.settle();
            }
            if let Some(change) = step.change(&world) {
                world.record(change);
            }
        }
        if settled == Some(steps.len()) {
            world.snapshot.settle();
        }
        world
    }

    pub fn record(&mut self, change: Change) {
        self.snapshot.apply(&change);
        self.tables.apply(&change);
        self.changes.push(change);
    }

    /// Everything that the tree knows a permission by.
    pub fn known_names(&self) -> Vec<String> {
        let own = polity_domain::permissions::CATALOGUE.iter().map(|entry| entry.name.to_owned());
        own.chain(self.tables.permissions.iter().map(|entry| entry.name.clone())).collect()
    }
}

/// A snapshot of resources as they are at the end, without the events that led there.
pub fn rebuilt(tables: &Tables) -> Snapshot {
    let mut snapshot = Snapshot::new(org(0));
    tables.put_into(&mut snapshot);
    snapshot
}

/// A snapshot as it were if nothing were held on a condition.
pub fn unconditional(tables: &Tables) -> Snapshot {
    let mut tables = tables.clone();
    tables.assignments.retain(|one| one.condition.is_none());
    rebuilt(&tables)
}

/// The names of what a set holds, for comparing sets of different snapshots.
pub fn names(snapshot: &Snapshot, set: &polity_domain::permissions::PermissionSet) -> Vec<String> {
    let mut names: Vec<_> = snapshot.permission_names(set).map(str::to_owned).collect();
    names.sort();
    names
}

/// Every moment that something can be asked at.
pub fn moments() -> impl Iterator<Item = Time> {
    (0..=MOMENTS).map(Time)
}
