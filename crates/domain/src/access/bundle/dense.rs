//! What principals have in organizations, as bytes: the most of a large tree, which as text would take longer to read than
//! the tables do. Only in a saved snapshot.
//!
//! Roles and groups are written once and then named by their numbers. Whoever changes what is written here changes
//! [`SAVED`](super::envelope::SAVED) with it: nothing else tells an older file from a newer one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::envelope::BundleError;
use crate::access::conditional::HeldCondition;
use crate::access::places::{Place, Places};
use crate::access::snapshot::{Grant, Membership, Snapshot};
use crate::access::sorted::Sorted;
use crate::ids::{ApiKeyId, GroupId, OrganizationId, RoleAssignmentId, RoleId, ServiceAccountId, UserId};
use crate::roles::{BuiltIn, Condition, Principal, ResourceRef};
use crate::time::Time;

/// A place's first byte: three bits say of what kind the principal is, and these what follows.
const KIND: u8 = 7;
const MEMBER: u8 = 8;
const MEMBER_UNTIL: u8 = 16;
/// A grant's first byte.
const UNTIL: u8 = 1;
const REST: u8 = 2;

/// What few grants have, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rest {
    on: Option<ResourceRef>,
    condition: Option<Condition>,
}

/// The numbers of what is written once.
struct Numbers<T>(BTreeMap<T, u64>);

impl<T: Ord + Copy> Numbers<T> {
    fn of(all: BTreeSet<T>) -> Self {
        Self(all.into_iter().zip(0..).collect())
    }

    fn get(&self, one: &T) -> Result<u64, BundleError> {
        self.0.get(one).copied().ok_or(BundleError::Malformed)
    }
}

impl Snapshot {
    /// Appends the places.
    pub(super) fn write_places(&self, out: &mut Vec<u8>) -> Result<(), BundleError> {
        let (mut roles, mut groups, mut organizations) = (BTreeSet::new(), BTreeSet::new(), 0_u64);
        let mut last = None;
        for (_, place) in self.places.iter() {
            roles.extend(place.grants.iter().map(|grant| grant.role_id));
            groups.extend(place.groups.iter().copied());
            organizations += u64::from(last.replace(place.organization_id) != Some(place.organization_id));
        }
        write_number(out, roles.len() as u64);
        for role in &roles {
            out.extend(role.uuid().as_bytes());
        }
        write_number(out, groups.len() as u64);
        for group in &groups {
            out.extend(group.uuid().as_bytes());
        }
        let (roles, groups) = (Numbers::of(roles), Numbers::of(groups));
        write_number(out, self.places.len() as u64);
        write_number(out, organizations);
        let mut places = self.places.iter().peekable();
        while let Some(at) = places.peek().map(|(_, place)| place.organization_id) {
            let here = std::iter::from_fn(|| places.next_if(|(_, place)| place.organization_id == at));
            let here: Vec<_> = here.collect();
            out.extend(at.uuid().as_bytes());
            write_number(out, here.len() as u64);
            for (who, place) in here {
                write_place(out, who, place, &roles, &groups)?;
            }
        }
        Ok(())
    }

    /// Puts the places in that were written, and all that is known by them, in place of those that are there.
    pub(super) fn read_places(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        let mut input = Input(bytes);
        let roles = input.ids(RoleId::from_uuid)?;
        let groups = input.ids(GroupId::from_uuid)?;
        let (count, organizations) = (input.count()?, input.count()?);
        let mut in_groups = Vec::new();
        let mut reading = Reading { input, roles, groups, organizations, at: OrganizationId::ROOT, here: 0 };
        let (mut owners, mut conditional) = (Vec::new(), false);
        let places = std::iter::from_fn(|| reading.next().transpose()).inspect(|read| {
            let Ok((who, place)) = read else { return };
            conditional |= place.grants.iter().any(|grant| grant.condition.is_some());
            in_groups.extend(place.groups.iter().map(|group| (*group, *who)));
            if let Principal::User(user) = who
                && place.grants.iter().any(|grant| grant.role_id == BuiltIn::Owner.id())
            {
                owners.push((place.organization_id, *user));
            }
        });
        let read = Places::in_order(count, places)?.ok_or(BundleError::Malformed)?;
        if read.len() != count || !reading.input.0.is_empty() {
            return Err(BundleError::Malformed);
        }
        self.places = read;
        self.in_groups = Sorted::of(in_groups);
        self.conditional = conditional;
        for (at, user) in owners {
            self.note_owner(at, user);
        }
        Ok(())
    }
}

fn write_place(
    out: &mut Vec<u8>,
    who: Principal,
    place: &Place,
    roles: &Numbers<RoleId>,
    groups: &Numbers<GroupId>,
) -> Result<(), BundleError> {
    // Each field by name: one that comes to be is not forgotten here.
    let Place { organization_id: _, membership, grants, groups: inside } = place;
    let until = membership.and_then(|Membership { expire_time }| expire_time);
    let kind = match who {
        Principal::User(_) => 0,
        Principal::ApiKey(_) => 1,
        Principal::Group(_) => 2,
        Principal::ServiceAccount(_) => 3,
        Principal::Anonymous => 4,
    };
    let flag = |is: bool, flag: u8| if is { flag } else { 0 };
    out.push(kind | flag(membership.is_some(), MEMBER) | flag(until.is_some(), MEMBER_UNTIL));
    out.extend(who.uuid().as_bytes());
    write_time(out, until);
    write_number(out, grants.len() as u64);
    // The order in which they came says nothing.
    let mut sorted: Vec<&Grant> = grants.iter().collect();
    sorted.sort_unstable_by_key(|grant| grant.assignment_id);
    for Grant { assignment_id, role_id, resource, expire_time, condition } in sorted {
        let has_rest = resource.is_some() || condition.is_some();
        out.push(flag(expire_time.is_some(), UNTIL) | flag(has_rest, REST));
        out.extend(assignment_id.uuid().as_bytes());
        write_number(out, roles.get(role_id)?);
        write_time(out, *expire_time);
        if has_rest {
            let on = resource.as_deref().cloned();
            let rest = Rest { on, condition: condition.as_deref().map(|held| held.written().clone()) };
            let rest = serde_json::to_vec(&rest).map_err(|_| BundleError::Malformed)?;
            write_number(out, rest.len() as u64);
            out.extend(rest);
        }
    }
    write_number(out, inside.len() as u64);
    for group in inside {
        write_number(out, groups.get(group)?);
    }
    Ok(())
}

/// Seven bits a byte, the least first.
fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn write_time(out: &mut Vec<u8>, time: Option<Time>) {
    out.extend(time.into_iter().flat_map(|time| time.micros().to_le_bytes()));
}

/// What is left to be read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], BundleError> {
        let (read, rest) = self.0.split_at_checked(count).ok_or(BundleError::Malformed)?;
        self.0 = rest;
        Ok(read)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BundleError> {
        let (read, rest) = self.0.split_first_chunk().ok_or(BundleError::Malformed)?;
        self.0 = rest;
        Ok(*read)
    }

    fn byte(&mut self) -> Result<u8, BundleError> {
        self.array().map(|[byte]| byte)
    }

    fn uuid(&mut self) -> Result<Uuid, BundleError> {
        self.array().map(Uuid::from_bytes)
    }

    fn time(&mut self, is: bool) -> Result<Option<Time>, BundleError> {
        if is { Ok(Some(Time(i64::from_le_bytes(self.array()?)))) } else { Ok(None) }
    }

    fn number(&mut self) -> Result<u64, BundleError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(BundleError::Malformed)
    }

    /// How many of something follow: each takes a byte at least, so no number that is wrong takes memory.
    fn count(&mut self) -> Result<usize, BundleError> {
        let count = usize::try_from(self.number()?).map_err(|_| BundleError::Malformed)?;
        if count <= self.0.len() { Ok(count) } else { Err(BundleError::Malformed) }
    }

    fn ids<T>(&mut self, id: impl Fn(Uuid) -> T) -> Result<Vec<T>, BundleError> {
        let count = self.count()?;
        (0..count).map(|_| Ok(id(self.uuid()?))).collect()
    }

    /// One of those that were written once.
    fn one_of<T: Copy>(&mut self, all: &[T]) -> Result<T, BundleError> {
        let number = usize::try_from(self.number()?).map_err(|_| BundleError::Malformed)?;
        all.get(number).copied().ok_or(BundleError::Malformed)
    }
}

/// Reads one place after another.
struct Reading<'a> {
    input: Input<'a>,
    roles: Vec<RoleId>,
    groups: Vec<GroupId>,
    /// How many organizations are still to come.
    organizations: usize,
    at: OrganizationId,
    /// How many places are still to come in this one.
    here: usize,
}

impl Reading<'_> {
    fn next(&mut self) -> Result<Option<(Principal, Place)>, BundleError> {
        while self.here == 0 {
            let Some(rest) = self.organizations.checked_sub(1) else { return Ok(None) };
            self.organizations = rest;
            self.at = OrganizationId::from_uuid(self.input.uuid()?);
            self.here = self.input.count()?;
        }
        self.here -= 1;
        let flags = self.input.byte()?;
        let id = self.input.uuid()?;
        let who = match flags & KIND {
            0 => Principal::User(UserId::from_uuid(id)),
            1 => Principal::ApiKey(ApiKeyId::from_uuid(id)),
            2 => Principal::Group(GroupId::from_uuid(id)),
            3 => Principal::ServiceAccount(ServiceAccountId::from_uuid(id)),
            4 if id.is_nil() => Principal::Anonymous,
            _ => return Err(BundleError::Malformed),
        };
        let expire_time = self.input.time(flags & MEMBER_UNTIL != 0)?;
        let membership = (flags & MEMBER != 0).then_some(Membership { expire_time });
        let grants = (0..self.input.count()?).map(|_| self.grant()).collect::<Result<_, _>>()?;
        let groups = (0..self.input.count()?).map(|_| self.input.one_of(&self.groups));
        let groups = groups.collect::<Result<_, _>>()?;
        Ok(Some((who, Place { organization_id: self.at, membership, grants, groups })))
    }

    fn grant(&mut self) -> Result<Grant, BundleError> {
        let input = &mut self.input;
        let flags = input.byte()?;
        let assignment_id = RoleAssignmentId::from_uuid(input.uuid()?);
        let role_id = input.one_of(&self.roles)?;
        let expire_time = input.time(flags & UNTIL != 0)?;
        let (mut resource, mut condition) = (None, None);
        if flags & REST != 0 {
            let length = input.count()?;
            let rest: Rest =
                serde_json::from_slice(input.bytes(length)?).map_err(|_| BundleError::Malformed)?;
            resource = rest.on.map(Box::new);
            condition = rest.condition.as_ref().map(HeldCondition::new);
        }
        Ok(Grant { assignment_id, role_id, resource, expire_time, condition })
    }
}
