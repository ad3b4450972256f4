//! A table of people that is asked by one look, mostly at one line of memory.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::ids::UserId;

/// People by the hash of their ids, in one piece that copies share.
#[derive(Debug, Clone)]
pub(super) struct Slots(Arc<[Option<Slot>]>);

/// What is known of one person, on half a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Slot {
    pub user: UserId,
    /// The end of the membership; [`i64::MAX`]: none.
    pub until: i64,
    /// The number of the organization.
    pub at: u32,
    /// Which roles.
    pub role_set: u16,
    /// Whether groups may give some of them.
    pub by_groups: bool,
}

impl Slots {
    /// These people, each once, with a third more room: whoever is looked for is where the hash says, or soon behind.
    pub fn of(people: &[Slot]) -> Self {
        let room = people.len() + people.len() / 3 + 1;
        let mut slots = vec![None; room];
        for person in people {
            let from = start(person.user, room);
            let free = (from..room).chain(0..from).find(|index| slots[*index].is_none());
            if let Some(free) = free {
                slots[free] = Some(*person);
            }
        }
        Self(slots.into())
    }

    pub fn find(&self, user: UserId) -> Option<&Slot> {
        let mut index = start(user, self.0.len());
        loop {
            let slot = self.0.get(index)?.as_ref()?;
            if slot.user == user {
                return Some(slot);
            }
            index = if index + 1 == self.0.len() { 0 } else { index + 1 };
        }
    }
}

/// Where in a table of some length to begin.
fn start(user: UserId, room: usize) -> usize {
    let hash = FixedState::default().hash_one(user);
    usize::try_from((u128::from(hash) * room as u128) >> 64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{Slot, Slots, start};
    use crate::ids::UserId;

    fn slot(number: u32) -> Slot {
        let user = UserId::from_uuid(Uuid::from_u128(number.into()));
        Slot { user, until: number.into(), at: number, role_set: 7, by_groups: number.is_multiple_of(2) }
    }

    #[test]
    fn a_person_is_half_a_line() {
        assert_eq!(size_of::<Option<Slot>>(), 32);
    }

    proptest! {
        #[test]
        fn whoever_is_in_it_is_found_and_nobody_else(people in 0..400_u32) {
            let slots: Vec<_> = (0..people).map(slot).collect();
            let table = Slots::of(&slots);
            for one in &slots {
                prop_assert_eq!(table.find(one.user), Some(one));
            }
            for number in people..people + 400 {
                prop_assert_eq!(table.find(slot(number).user), None);
            }
        }
    }

    /// Somebody who is found behind others costs a line more.
    #[test]
    fn most_are_near_where_the_hash_says() {
        let people: Vec<_> = (0..30_000).map(slot).collect();
        let table = Slots::of(&people);
        let far = |person: &&Slot| {
            let (from, room) = (start(person.user, table.0.len()), table.0.len());
            let behind = (0..4).map(|steps| (from + steps) % room);
            !behind.into_iter().any(|index| table.0[index] == Some(**person))
        };
        let far = people.iter().filter(far).count();
        assert!(far * 5 < people.len(), "{far}");
    }
}
