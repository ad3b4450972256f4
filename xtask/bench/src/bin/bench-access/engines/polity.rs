//! Polity's own: a snapshot, by the way it is loaded from tables and by the events of its ledger.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use polity_domain::access::Snapshot;
use polity_domain::groups::{Group, GroupMember, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId, RoleAssignmentId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::members::{Joined, Member};
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::permissions::PermissionIndex;
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;
use uuid::Uuid;

use super::Engine;
use crate::world::{Chance, Question, World};

/// Events that are made ready before the clock runs.
const TOGETHER: usize = 10_000;

pub struct Polity(Snapshot);

impl Engine for Polity {
    type Asked = (Principal, PermissionIndex, OrganizationId);

    fn load(world: &World) -> anyhow::Result<Self> {
        let mut snapshot = Snapshot::new(organization_id(0));
        for (number, parent) in world.parents.iter().enumerate() {
            snapshot.put_organization(&organization(number, *parent));
        }
        for (number, (at, role)) in world.people.iter().enumerate() {
            snapshot.put_membership(organization_id(*at), user_id(number), None);
            snapshot.put_assignment(&assignment(number, *at, person(number), *role));
        }
        for (number, group) in world.groups.iter().enumerate() {
            snapshot.put_group_named(group_id(number), organization_id(group.organization), "Group");
        }
        for (number, group) in world.groups.iter().enumerate() {
            let (at, id) = (group.organization, group_id(number));
            let holder = Principal::Group(id);
            snapshot.put_assignment(&assignment(world.people.len() + number, at, holder, group.role));
            members(group).for_each(|member| snapshot.put_group_member(organization_id(at), id, member));
        }
        snapshot.settle();
        Ok(Self(snapshot))
    }

    fn ready(&self, world: &World, question: Question) -> anyhow::Result<Self::Asked> {
        let permission = self.0.catalogue().index(world.permissions[question.permission]);
        let permission = permission.context("a permission that nobody knows")?;
        Ok((person(question.person), permission, organization_id(question.organization)))
    }

    fn ask(&self, (principal, permission, organization): &Self::Asked) -> anyhow::Result<bool> {
        Ok(self.0.check(principal, *permission, *organization, None, Time(1)).allowed())
    }
}

impl Polity {
    /// The same from the ledger, event by event; how long that took, and of how many events.
    pub fn fold(world: &World) -> (Self, Duration, usize) {
        let mut snapshot = Snapshot::new(organization_id(0));
        let (mut took, mut count) = (Duration::ZERO, 0);
        let mut events = events(world).peekable();
        while events.peek().is_some() {
            let some: Vec<Change> = events.by_ref().take(TOGETHER).collect();
            let begin = Instant::now();
            for event in &some {
                snapshot.apply(event);
            }
            took += begin.elapsed();
            count += some.len();
        }
        let begin = Instant::now();
        snapshot.settle();
        took += begin.elapsed();
        (Self(snapshot), took, count)
    }
}

/// The ledger of a world.
fn events(world: &World) -> impl Iterator<Item = Change> {
    let organizations = world.parents.iter().enumerate();
    let organizations =
        organizations.map(|(number, parent)| Change::OrganizationCreated(organization(number, *parent)));
    let people = world.people.iter().enumerate().flat_map(|(number, (at, role))| {
        let assigned = assignment(number, *at, person(number), *role);
        [Change::MemberAdded(member(number, *at)), Change::RoleAssignmentCreated(assigned)]
    });
    let made = world.groups.iter().enumerate();
    let made = made.map(|(number, group)| Change::GroupCreated(self::group(number, group.organization)));
    let filled = world.groups.iter().enumerate().flat_map(|(number, group)| {
        let (at, id) = (group.organization, group_id(number));
        let assigned = assignment(world.people.len() + number, at, Principal::Group(id), group.role);
        let organization_id = organization_id(at);
        let joined = members(group).map(move |member| {
            Change::GroupMemberAdded(GroupMember {
                organization_id,
                group_id: id,
                member,
                create_time: Time(0),
            })
        });
        std::iter::once(Change::RoleAssignmentCreated(assigned)).chain(joined)
    });
    organizations.chain(people).chain(made).chain(filled)
}

fn members(group: &crate::world::Group) -> impl Iterator<Item = Principal> {
    let people = group.people.iter().map(|number| person(*number));
    people.chain(group.groups.iter().map(|number| Principal::Group(group_id(*number))))
}

fn id(kind: u64, number: usize) -> Uuid {
    // As random as a real one's last bits, and as ordered in time as its first.
    let mut chance = Chance(kind ^ (number as u64));
    let random = u128::try_from(chance.below(usize::MAX)).unwrap_or_default();
    Uuid::from_u128(((number as u128) << 68) | (u128::from(kind) << 64) | random)
}

fn organization_id(number: usize) -> OrganizationId {
    OrganizationId::from_uuid(id(1, number))
}

fn user_id(number: usize) -> UserId {
    UserId::from_uuid(id(2, number))
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_uuid(id(3, number))
}

fn person(number: usize) -> Principal {
    Principal::User(user_id(number))
}

fn organization(number: usize, parent: Option<usize>) -> Organization {
    Organization {
        id: organization_id(number),
        tree_id: organization_id(0),
        edge: parent.map(|parent| Edge::to(organization_id(parent))),
        title: format!("Organization {number}"),
        slug: format!("organization-{number}"),
        external_id: None,
        kind: "department".to_owned(),
        region: "eu".to_owned(),
        labels: BTreeMap::new(),
        profile: Profile::default(),
        state: OrganizationState::Active,
        create_time: Time(0),
        update_time: Time(0),
    }
}

fn assignment(number: usize, at: usize, principal: Principal, role: BuiltIn) -> RoleAssignment {
    RoleAssignment {
        id: RoleAssignmentId::from_uuid(id(4, number)),
        organization_id: organization_id(at),
        principal,
        role_id: role.id(),
        resource: None,
        expire_time: None,
        condition: None,
        create_time: Time(0),
    }
}

fn member(number: usize, at: usize) -> Member {
    Member {
        organization_id: organization_id(at),
        user_id: user_id(number),
        title: None,
        joined: Joined::Addition,
        expire_time: None,
        create_time: Time(0),
        update_time: Time(0),
    }
}

fn group(number: usize, at: usize) -> Group {
    Group {
        id: group_id(number),
        organization_id: organization_id(at),
        title: "Group".to_owned(),
        external_id: None,
        description: String::new(),
        source: GroupSource::Manual,
        create_time: Time(0),
        update_time: Time(0),
    }
}
