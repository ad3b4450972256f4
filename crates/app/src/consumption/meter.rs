//! What was noted of requests and is not written yet: sums, so that their number costs no memory.

use foldhash::{HashMap, HashSet};
use parking_lot::Mutex;
use polity_domain::consumption::Granularity;
use polity_domain::ids::{ApiKeyId, OrganizationId, UserId};
use polity_domain::roles::Principal;
use polity_domain::time::Time;
use polity_store::consumption::Noted;

use crate::access_log::{Seen, SignIn};

/// More of those who were written down today are not remembered: then they are written once more.
const REMEMBERED: usize = 100_000;

/// Whose request it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Organization(OrganizationId),
    Key(ApiKeyId),
}

/// Sums that wait to be written.
#[derive(Default)]
pub struct Meter {
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    requests: HashMap<(Counted, Time), u64>,
    active: HashSet<(OrganizationId, UserId, Time)>,
    signed_in: HashSet<(UserId, Time)>,
    /// Those of `active` that have been written.
    written: HashSet<(OrganizationId, UserId, Time)>,
}

impl Meter {
    /// Counts a request that succeeded.
    pub fn note(&self, seen: &Seen<'_>, now: Time) {
        if seen.http_status >= 400 {
            return;
        }
        let day = Granularity::Daily.start(now);
        if let Some((user, SignIn::Begun)) = seen.signing {
            self.sums.lock().signed_in.insert((user, day));
            return;
        }
        let Some(principal) = seen.principal else { return };
        let counted = match (seen.organization_id, principal) {
            (Some(organization), _) => Counted::Organization(organization),
            (None, Principal::ApiKey(key)) => Counted::Key(key),
            (
                None,
                Principal::User(_)
                | Principal::Group(_)
                | Principal::ServiceAccount(_)
                | Principal::Anonymous,
            ) => return,
        };
        let mut sums = self.sums.lock();
        *sums.requests.entry((counted, day)).or_default() += 1;
        if let (Some(organization), Principal::User(user)) = (seen.organization_id, principal) {
            let who = (organization, user, day);
            if !sums.written.contains(&who) {
                sums.active.insert(who);
            }
        }
    }

    /// Takes what is to be written.
    pub(super) fn take(&self) -> Noted {
        let mut sums = self.sums.lock();
        let (requests, active, signed_in) = (
            std::mem::take(&mut sums.requests),
            std::mem::take(&mut sums.active),
            std::mem::take(&mut sums.signed_in),
        );
        drop(sums);
        let mut noted = Noted {
            active: active.into_iter().collect(),
            signed_in: signed_in.into_iter().collect(),
            ..Noted::default()
        };
        for ((counted, day), amount) in requests {
            match counted {
                Counted::Organization(organization) => noted.requests.insert((organization, day), amount),
                Counted::Key(key) => noted.by_key.insert((key, day), amount),
            };
        }
        noted
    }

    /// Remembers who has been written down.
    pub(super) fn remember(&self, noted: Noted, now: Time) {
        let today = Granularity::Daily.start(now);
        let mut sums = self.sums.lock();
        sums.written.retain(|(_, _, day)| *day == today);
        if sums.written.len() + noted.active.len() > REMEMBERED {
            sums.written.clear();
        }
        sums.written.extend(noted.active);
    }

    /// Takes back what could not be written.
    pub(super) fn give_back(&self, noted: Noted) {
        let mut sums = self.sums.lock();
        let by_organization =
            noted.requests.into_iter().map(|((id, day), n)| ((Counted::Organization(id), day), n));
        let by_key = noted.by_key.into_iter().map(|((id, day), n)| ((Counted::Key(id), day), n));
        for (place, amount) in by_organization.chain(by_key) {
            *sums.requests.entry(place).or_default() += amount;
        }
        sums.active.extend(noted.active);
        sums.signed_in.extend(noted.signed_in);
    }
}
