//! The sessions that ended while tokens of theirs may still be unexpired.

use std::collections::HashMap;

use parking_lot::RwLock;
use polity_domain::ids::SessionId;
use polity_domain::time::Time;

/// From how many on those that no longer matter are looked for.
const FIRST_SWEEP: usize = 1024;

/// Sessions that ended, each until its last token has expired. None is ever left out for want of room: a
/// session that was forgotten here would live again.
#[derive(Default)]
pub(super) struct EndedSessions(RwLock<Ended>);

#[derive(Default)]
struct Ended {
    until: HashMap<SessionId, Time>,
    next_sweep: usize,
}

impl EndedSessions {
    /// Remembers a session until `until`, and drops those whose time has come.
    pub fn insert(&self, session: SessionId, now: Time, until: Time) {
        let mut ended = self.0.write();
        let last = ended.until.entry(session).or_insert(until);
        *last = until.max(*last);
        // Swept when it has doubled, so that an insertion costs the same however many there are.
        if ended.until.len() >= ended.next_sweep.max(FIRST_SWEEP) {
            ended.until.retain(|_, until| *until > now);
            ended.next_sweep = 2 * ended.until.len();
        }
    }

    /// Whether the session has ended.
    pub fn contains(&self, session: SessionId) -> bool {
        self.0.read().until.contains_key(&session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn sessions_are_remembered_until_their_last_token_has_expired_and_not_for_ever() {
        let ended = EndedSessions::default();
        let session = |number: u128| SessionId::from_uuid(Uuid::from_u128(number));
        for number in 0..10_000_u128 {
            let now = Time(i64::try_from(number).unwrap());
            ended.insert(session(number), now, Time(now.0 + 100));
            assert!((number.saturating_sub(99)..=number).all(|number| ended.contains(session(number))));
        }
        assert!(ended.0.read().until.len() <= FIRST_SWEEP);
    }

    #[test]
    fn a_session_that_ends_twice_is_remembered_for_the_longer_time() {
        let ended = EndedSessions::default();
        let session = SessionId::from_uuid(Uuid::nil());
        ended.insert(session, Time(0), Time(10));
        ended.insert(session, Time(0), Time(5));
        assert_eq!(ended.0.read().until.get(&session), Some(&Time(10)));
    }
}
