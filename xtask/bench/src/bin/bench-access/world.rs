//! A random tree with people in it: the same for every engine that is asked, and the same in every run.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::permissions::CATALOGUE;
use polity_domain::roles::BuiltIn;

/// How large a world is.
#[derive(Clone, Copy)]
pub struct Shape {
    pub principals: usize,
    /// Levels below the top of the tree; with none there is one organization, eight permissions and three roles.
    pub depth: usize,
    /// Whether a tenth as many groups as people hold roles, too.
    pub groups: bool,
}

/// Who is where and holds what, as plain numbers.
pub struct World {
    pub shape: Shape,
    /// What is asked about.
    pub permissions: Vec<&'static str>,
    /// The roles that are held.
    pub roles: Vec<BuiltIn>,
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
    /// Its place among the world's permissions.
    pub permission: usize,
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
/// What people hold in a flat world, and what is asked about there: of each role some, of no two the same.
const FLAT_ROLES: [BuiltIn; 3] = [BuiltIn::Member, BuiltIn::Reader, BuiltIn::Admin];
const FLAT_PERMISSIONS: [&str; 8] = [
    "organizations.read",
    "members.read",
    "invitations.read",
    "audit.read",
    "organizations.update",
    "members.update",
    "invitations.create",
    "organizations.delete",
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
        while shape.depth > 0 && parents.len() < shape.principals / PER_ORGANIZATION {
            let parent = chance.below(parents.len());
            if levels[parent] < shape.depth {
                parents.push(Some(parent));
                levels.push(levels[parent] + 1);
            }
        }
        let (held, asked) = match shape.depth {
            0 => (&FLAT_ROLES[..], FLAT_PERMISSIONS.to_vec()),
            _ => (&ROLES[..], CATALOGUE.iter().map(|entry| entry.name).collect()),
        };
        let people: Vec<_> = (0..shape.principals)
            .map(|_| (chance.below(parents.len()), held[chance.below(held.len())]))
            .collect();
        let groups = if shape.groups { groups(chance, parents.len(), &people) } else { Vec::new() };
        let beside: &[BuiltIn] = if shape.groups { &GROUP_ROLES } else { &[] };
        let roles: BTreeSet<BuiltIn> = held.iter().chain(beside).copied().collect();
        let roles = roles.into_iter().collect();
        Self { shape, permissions: asked, roles, parents, people, groups }
    }

    /// The permissions of a role, of those that are asked about.
    pub fn permissions_of(&self, role: BuiltIn) -> impl Iterator<Item = &'static str> {
        let entries = CATALOGUE.iter().filter(move |entry| entry.roles.contains(&role));
        entries.map(|entry| entry.name).filter(|name| self.permissions.contains(name))
    }

    /// How many roles are held, by people and by groups.
    pub fn assignments(&self) -> usize {
        self.people.len() + self.groups.len()
    }

    /// Questions about anybody. Every other one is about an organization at or below their own.
    pub fn questions(&self, count: usize) -> Vec<Question> {
        let chance = &mut Chance(7);
        let mut children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (child, parent) in self.parents.iter().enumerate() {
            children.entry(parent.unwrap_or(usize::MAX)).or_default().push(child);
        }
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
            Question { person, permission: chance.below(self.permissions.len()), organization }
        };
        (0..count).map(question).collect()
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
