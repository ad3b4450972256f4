//! When keys were last used: noted in memory, written in batches by the worker, so that a request
//! that reads stays one. What a crash loses is at most the last few seconds of these times.

use foldhash::HashMap;
use parking_lot::Mutex;
use polity_domain::ids::ApiKeyId;
use polity_domain::time::Time;

/// Uses that are not written yet.
#[derive(Default)]
pub struct Uses {
    noted: Mutex<HashMap<(ApiKeyId, u32), Time>>,
}

impl Uses {
    /// Notes that a secret of a key was used.
    pub fn note(&self, key: ApiKeyId, secret_number: u32, now: Time) {
        self.noted.lock().insert((key, secret_number), now);
    }

    /// Takes what is to be written.
    pub fn take(&self) -> Vec<(ApiKeyId, u32, Time)> {
        std::mem::take(&mut *self.noted.lock())
            .into_iter()
            .map(|((key, number), time)| (key, number, time))
            .collect()
    }

    /// Takes back what could not be written. What was noted meanwhile is newer and stays.
    pub fn give_back(&self, uses: Vec<(ApiKeyId, u32, Time)>) {
        let mut noted = self.noted.lock();
        for (key, number, time) in uses {
            noted.entry((key, number)).or_insert(time);
        }
    }
}
