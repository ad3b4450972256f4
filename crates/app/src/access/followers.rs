//! Who follows the changes of access: so many at a time.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use polity_domain::roles::Principal;
use tokio::sync::watch;

use crate::AppError;
use crate::error::Quota;

/// How many streams one caller may have: an instance of a service each, and a few that are being replaced.
const OF_ONE: usize = 16;
/// How many there may be in this process.
const IN_ALL: usize = 1_000;
/// When to come back, in seconds.
const COME_BACK: u32 = 5;

/// The streams that are open.
pub(crate) struct Followers {
    open: Mutex<HashMap<Principal, usize>>,
    ended: watch::Sender<bool>,
}

impl Default for Followers {
    fn default() -> Self {
        Self { open: Mutex::default(), ended: watch::channel(false).0 }
    }
}

/// A place among them, until it is dropped.
pub(super) struct Place {
    followers: Arc<Followers>,
    whose: Principal,
    /// Whether all streams are to end.
    pub ended: watch::Receiver<bool>,
}

impl Followers {
    /// Takes a place for one more stream of a caller.
    ///
    /// # Errors
    /// 429 when the caller has as many as one may have; 503 when all have.
    pub(super) fn enter(self: &Arc<Self>, whose: Principal) -> Result<Place, AppError> {
        let mut open = self.open.lock();
        if open.values().sum::<usize>() >= IN_ALL {
            return Err(AppError::busy("as many streams are open as may be"));
        }
        let of_one = open.entry(whose).or_default();
        if *of_one >= OF_ONE {
            let quota = Quota { name: "access-events", amount: OF_ONE as u64, window: COME_BACK };
            return Err(AppError::too_many(quota, COME_BACK));
        }
        *of_one += 1;
        Ok(Place { followers: self.clone(), whose, ended: self.ended.subscribe() })
    }

    /// Ends all.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.followers.open.lock();
        if let Some(of_one) = open.get_mut(&self.whose) {
            *of_one -= 1;
            if *of_one == 0 {
                open.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use polity_domain::ids::UserId;

    use super::*;

    fn user(number: usize) -> Principal {
        Principal::User(UserId::from_uuid(uuid::Uuid::from_u128(number as u128)))
    }

    #[test]
    fn one_caller_has_so_many_streams_and_all_together_so_many() {
        let followers = Arc::new(Followers::default());
        let mut places: Vec<_> = (0..OF_ONE).map(|_| followers.enter(user(0)).ok().unwrap()).collect();
        assert_eq!(followers.enter(user(0)).err().unwrap().code, "too_many_requests");
        places.extend((OF_ONE..IN_ALL).map(|number| followers.enter(user(number)).ok().unwrap()));
        assert_eq!(followers.enter(user(IN_ALL)).err().unwrap().code, "busy");
        drop(places);
        assert!(followers.open.lock().is_empty());
        assert!(followers.enter(user(0)).is_ok());
    }

    #[test]
    fn a_stream_that_begins_after_the_end_ends_at_once() {
        let followers = Arc::new(Followers::default());
        followers.end();
        assert!(*followers.enter(user(0)).ok().unwrap().ended.borrow());
    }
}
