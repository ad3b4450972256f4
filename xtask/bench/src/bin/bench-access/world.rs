//! A random tree with people in it: the same for every engine that is asked, and the same in every run.

use std::collections::BTreeMap;

use polity_domain::access::Snapshot;
use polity_domain::ids::{GroupId, OrganizationId, RoleAssignmentId, UserId};
use polity_domain::organizations::{Edge, Organization, OrganizationState, Profile};
use polity_domain::permissions::{CATALOGUE, Catalogue, PermissionIndex};
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_domain::time::Time;
use uuid::Uuid;

/// How large a world is.
#[derive(Clone, Copy)]
pub struct Shape {
    pub principals: usize,
    /// Levels below the top of the tree.
    pub depth: usize,
    /// Whether a tenth as many groups as people hold roles, too.
    pub groups: bool,
}

/// Who is where and holds what, as plain numbers.
pub struct World {
    pub shape: Shape,
    /// Each organization's parent; none for the first, the top.
    pub parents: Vec<Option<usize>>,
    /// Each person's organization, and the role held there.
    pub people: Vec<(usize, BuiltIn)>,
    pub groups: Vec<Group>,
}

/// A group with the role that it holds in its organization.
pub struct Group {
    pub organization: usize,
    pub role: BuiltIn,
    /// The people in it.
    pub people: Vec<usize>,
    /// The groups in it.
    pub groups: Vec<usize>,
}

/// May this person do this there?
#[derive(Clone, Copy)]
pub struct Question {
    pub person: usize,
    pub permission: PermissionIndex,
    pub organization: usize,
}

/// What people hold: mostly little.
const ROLES: [BuiltIn; 8] = [
    BuiltIn::Member,
    BuiltIn::Member,
    BuiltIn::Member,
    BuiltIn::Member,
    BuiltIn::Reader,
    BuiltIn::Reader,
    BuiltIn::Billing,
    BuiltIn::Admin,
];
/// What groups hold.
const GROUP_ROLES: [BuiltIn; 3] = [BuiltIn::Reader, BuiltIn::Billing, BuiltIn::Admin];
/// People to an organization, and to a group.
const PER_ORGANIZATION: usize = 100;
const PER_GROUP: usize = 10;

/// Random numbers that are the same in every run (SplitMix64).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % end as u64).unwrap_or_default()
    }
}

impl World {
    pub fn new(shape: Shape) -> Self {
        let chance = &mut Chance(shape.principals as u64);
        // One branch that goes all the way down, the others anywhere above the last level.
        let mut parents: Vec<Option<usize>> = (0..=shape.depth).map(|level| level.checked_sub(1)).collect();
        let mut levels: Vec<usize> = (0..=shape.depth).collect();
        while parents.len() < shape.principals / PER_ORGANIZATION {
            let parent = chance.below(parents.len());
            if levels[parent] < shape.depth {
                parents.push(Some(parent));
                levels.push(levels[parent] + 1);
            }
        }
        let people: Vec<_> = (0..shape.principals)
            .map(|_| (chance.below(parents.len()), ROLES[chance.below(ROLES.len())]))
            .collect();
        let groups = if shape.groups { groups(chance, parents.len(), &people) } else { Vec::new() };
        Self { shape, parents, people, groups }
    }

    /// Questions about anybody. Every other one is about an organization at or below their own.
    pub fn questions(&self, count: usize) -> Vec<Question> {
        let chance = &mut Chance(7);
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (child, parent) in self.parents.iter().enumerate() {
            children.entry(parent.unwrap_or(usize::MAX)).or_default().push(child);
        }
        let catalogue = Catalogue::default();
        let known: Vec<_> = CATALOGUE.iter().filter_map(|entry| catalogue.index(entry.name)).collect();
        let question = |number: usize| {
            let person = chance.below(self.people.len());
            let mut organization = self.people[person].0;
            if number.is_multiple_of(2) {
                organization = chance.below(self.parents.len());
            } else {
                for _ in 0..chance.below(self.shape.depth + 1) {
                    let Some(below) = children.get(&organization) else { break };
                    organization = below[chance.below(below.len())];
                }
            }
            Question { person, permission: known[chance.below(known.len())], organization }
        };
        (0..count).map(question).collect()
    }

    /// The same as Polity keeps it.
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::new(organization_id(0));
        for (number, parent) in self.parents.iter().enumerate() {
            snapshot.put_organization(&organization(number, *parent));
        }
        for (number, (at, role)) in self.people.iter().enumerate() {
            snapshot.put_membership(organization_id(*at), user_id(number), None);
            snapshot.put_assignment(&assignment(number, *at, person(number), *role));
        }
        for (number, group) in self.groups.iter().enumerate() {
            snapshot.put_group_named(group_id(number), organization_id(group.organization), "Group");
        }
        for (number, group) in self.groups.iter().enumerate() {
            let (at, id) = (organization_id(group.organization), group_id(number));
            let holder = Principal::Group(id);
            snapshot.put_assignment(&assignment(
                self.people.len() + number,
                group.organization,
                holder,
                group.role,
            ));
            let people = group.people.iter().map(|number| person(*number));
            let groups = group.groups.iter().map(|number| Principal::Group(group_id(*number)));
            people.chain(groups).for_each(|member| snapshot.put_group_member(at, id, member));
        }
        snapshot
    }
}

/// Each person is in up to two groups of their organization, every third group in another one.
fn groups(chance: &mut Chance, organizations: usize, people: &[(usize, BuiltIn)]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); organizations];
    for number in 0..people.len() / PER_GROUP {
        let organization = chance.below(organizations);
        let role = GROUP_ROLES[chance.below(GROUP_ROLES.len())];
        groups.push(Group { organization, role, people: Vec::new(), groups: Vec::new() });
        let others = &of[organization];
        if number.is_multiple_of(3) && !others.is_empty() {
            let above = others[chance.below(others.len())];
            groups[above].groups.push(number);
        }
        of[organization].push(number);
    }
    for (person, (at, _)) in people.iter().enumerate() {
        let here = &of[*at];
        if here.is_empty() {
            continue;
        }
        let (first, second) = (here[chance.below(here.len())], here[chance.below(here.len())]);
        groups[first].people.push(person);
        if second != first {
            groups[second].people.push(person);
        }
    }
    groups
}

fn id(kind: u64, number: usize) -> Uuid {
    // As random as a real one's last bits, and as ordered in time as its first.
    let mut chance = Chance(kind ^ (number as u64));
    let random = u128::try_from(chance.below(usize::MAX)).unwrap_or_default();
    Uuid::from_u128(((number as u128) << 68) | (u128::from(kind) << 64) | random)
}

pub fn organization_id(number: usize) -> OrganizationId {
    OrganizationId::from_uuid(id(1, number))
}

fn user_id(number: usize) -> UserId {
    UserId::from_uuid(id(2, number))
}

fn group_id(number: usize) -> GroupId {
    GroupId::from_uuid(id(3, number))
}

pub fn person(number: usize) -> Principal {
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
        create_time: Time(0),
    }
}
