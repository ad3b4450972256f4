//! What is used: noted in memory and written in batches by the worker. A question that was answered like this today
//! costs a hash and one look; what is new waits in a queue of which no request waits for the end.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;
use parking_lot::Mutex;
use polity_domain::access::{Day, PermissionPrint};
use polity_domain::ids::OrganizationId;
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use polity_store::access::PermissionUses;

/// Uses of today that are known to be noted, each at the place of its hash: 512 KiB. Two that meet at one place are
/// noted in turns, which is done in vain and harms nobody.
const SEEN: usize = 1 << 16;
/// Uses that wait at most: some 13 MiB. What finds no room is noted when it is used again.
const ROOM: usize = 1 << 16;

/// Uses that are not written yet.
pub struct Uses {
    hash: RandomState,
    seen: Box<[AtomicU64]>,
    room: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    uses: PermissionUses,
    count: usize,
    lost: u64,
}

/// What the worker takes away.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub uses: PermissionUses,
    /// How many found no room since the last time.
    pub lost: u64,
}

impl Default for Uses {
    fn default() -> Self {
        Self::with_room(ROOM)
    }
}

impl Uses {
    fn with_room(room: usize) -> Self {
        let seen = std::iter::repeat_with(AtomicU64::default).take(SEEN).collect();
        Self { hash: RandomState::default(), seen, room, waiting: Mutex::default() }
    }

    /// Notes that a principal may do something in an organization and was told so, or did it.
    pub fn note(&self, organization: OrganizationId, principal: &Principal, permission: &str, now: Time) {
        let day = Day::of(now);
        let print = self.print(organization, principal, permission, day);
        let [low, high, ..] = print.to_le_bytes();
        let Some(place) = self.seen.get(usize::from(u16::from_le_bytes([low, high]))) else { return };
        // Nothing hangs on what else another thread has done: whoever sees an older one notes it once more.
        if place.load(Ordering::Relaxed) != print
            && self.wait(organization, *principal, PermissionPrint::of(permission), day)
        {
            place.store(print, Ordering::Relaxed);
        }
    }

    /// Never 0, which stands at places where nothing was.
    fn print(
        &self,
        organization: OrganizationId,
        principal: &Principal,
        permission: &str,
        Day(day): Day,
    ) -> u64 {
        let mut hasher = self.hash.build_hasher();
        hasher.write_u128(organization.uuid().as_u128());
        // No two kinds of principals share an id.
        hasher.write_u128(principal.uuid().as_u128());
        hasher.write_u16(day);
        hasher.write(permission.as_bytes());
        hasher.finish() | (1 << 63)
    }

    /// Whether there was room.
    #[cold]
    #[inline(never)]
    fn wait(
        &self,
        organization: OrganizationId,
        principal: Principal,
        permission: PermissionPrint,
        day: Day,
    ) -> bool {
        let mut waiting = self.waiting.lock();
        let whose = (organization, principal);
        // One that waits already, since another one met it at its place, needs no more room.
        let known = waiting.uses.get(&whose).is_some_and(|sketch| sketch.last(permission).is_some());
        if !known && waiting.count >= self.room {
            waiting.lost += 1;
            return false;
        }
        waiting.uses.entry(whose).or_default().note(permission, day);
        waiting.count += usize::from(!known);
        true
    }

    /// Takes what is to be written.
    pub(super) fn take(&self) -> Taken {
        let Waiting { uses, lost, .. } = std::mem::take(&mut *self.waiting.lock());
        Taken { uses, lost }
    }

    /// Takes back what could not be written, as far as there is room.
    pub(super) fn give_back(&self, uses: PermissionUses) {
        let mut lost = 0;
        let mut waiting = self.waiting.lock();
        for (whose, sketch) in uses {
            if waiting.count + sketch.len() > self.room {
                lost += sketch.len() as u64;
                continue;
            }
            let mine = waiting.uses.entry(whose).or_default();
            let before = mine.len();
            mine.merge(&sketch);
            let more = mine.len() - before;
            waiting.count += more;
        }
        waiting.lost += lost;
        drop(waiting);
        if lost > 0 {
            // It stood there as noted: when it is used again, it is to be noted after all.
            self.seen.iter().for_each(|place| place.store(0, Ordering::Relaxed));
        }
    }
}

#[cfg(test)]
mod tests {
    use polity_domain::access::UseSketch;
    use polity_domain::ids::{ApiKeyId, UserId};
    use uuid::Uuid;

    use super::*;

    const NOON: Time = Time(1_769_860_800_000_000);

    fn organization(number: u128) -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(number))
    }

    fn user(number: u128) -> Principal {
        Principal::User(UserId::from_uuid(Uuid::from_u128(number)))
    }

    fn sketch(names: &[&str], day: Day) -> UseSketch {
        let mut sketch = UseSketch::default();
        for name in names {
            sketch.note(PermissionPrint::of(name), day);
        }
        sketch
    }

    #[test]
    fn what_was_used_today_waits_once_and_tomorrow_again() {
        let uses = Uses::default();
        for _ in 0..3 {
            uses.note(organization(1), &user(1), "members.read", NOON);
            uses.note(organization(1), &user(1), "members.add", NOON);
            uses.note(organization(2), &user(1), "members.read", NOON);
            let key = Principal::ApiKey(ApiKeyId::from_uuid(Uuid::from_u128(2)));
            uses.note(organization(1), &key, "members.read", NOON);
        }
        let taken = uses.take();
        assert_eq!((taken.uses.len(), taken.lost), (3, 0));
        let today = Day::of(NOON);
        let expected = sketch(&["members.read", "members.add"], today);
        assert_eq!(taken.uses[&(organization(1), user(1))], expected);
        uses.note(organization(1), &user(1), "members.read", NOON.plus_seconds(3_600));
        assert_eq!(uses.take(), Taken::default(), "it is known of today");
        uses.note(organization(1), &user(1), "members.read", NOON.plus_seconds(86_400));
        let taken = uses.take();
        assert_eq!(taken.uses[&(organization(1), user(1))], sketch(&["members.read"], Day(today.0 + 1)));
    }

    #[test]
    fn what_finds_no_room_is_counted_and_noted_when_it_is_used_again() {
        let uses = Uses::with_room(2);
        for number in 1..=4 {
            uses.note(organization(1), &user(number), "members.read", NOON);
        }
        let taken = uses.take();
        assert_eq!((taken.uses.len(), taken.lost), (2, 2));
        for number in 1..=4 {
            uses.note(organization(1), &user(number), "members.read", NOON);
        }
        let again = uses.take();
        assert_eq!((again.uses.len(), again.lost), (2, 0));
        assert!(again.uses.keys().all(|whose| !taken.uses.contains_key(whose)));
    }

    #[test]
    fn what_could_not_be_written_is_kept_or_counted_and_never_taken_for_noted() {
        let uses = Uses::with_room(2);
        uses.note(organization(1), &user(1), "members.read", NOON);
        uses.note(organization(1), &user(2), "members.read", NOON);
        let failed = uses.take().uses;
        uses.give_back(failed.clone());
        assert_eq!(uses.take(), Taken { uses: failed.clone(), lost: 0 });
        uses.note(organization(1), &user(3), "members.read", NOON);
        uses.give_back(failed);
        let taken = uses.take();
        assert_eq!((taken.uses.len(), taken.lost), (2, 1));
        for number in 1..=2 {
            uses.note(organization(1), &user(number), "members.read", NOON);
        }
        assert_eq!(uses.take().uses.len(), 2, "nobody is known of any more");
    }

    #[test]
    fn many_who_use_many_things_at_once_are_all_noted() {
        let uses = Uses::with_room(1 << 20);
        std::thread::scope(|scope| {
            for thread in 0..4_u128 {
                let uses = &uses;
                scope.spawn(move || {
                    // Many meet at one place.
                    for number in 0..30_000 {
                        uses.note(organization(thread % 2), &user(number), "members.read", NOON);
                    }
                });
            }
        });
        let taken = uses.take();
        assert_eq!((taken.uses.len(), taken.lost), (60_000, 0));
    }
}
