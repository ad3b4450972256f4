//! What policies that are not enforced would have denied: counted in memory, written in batches by the worker, so
//! that a request that reads stays one. What a crash loses is at most the last few seconds of it.

use std::sync::Arc;

use foldhash::HashMap;
use parking_lot::Mutex;
use polity_domain::access::ForbiddenBy;
use polity_domain::ids::PolicyId;
use polity_domain::time::Time;
use polity_store::policies::Shadow;

use crate::{App, AppError};

/// What is not written yet, by policy and version.
#[derive(Default)]
pub struct Shadows {
    noted: Mutex<HashMap<(PolicyId, Time), Shadow>>,
}

impl Shadows {
    /// Counts what would have been denied; each policy comes with the time of its last change.
    pub(crate) fn note(&self, found: &[(ForbiddenBy, Time)], now: Time) {
        if found.is_empty() {
            return;
        }
        let mut noted = self.noted.lock();
        for (by, version_time) in found {
            let failures = u64::from(by.failure.is_some());
            let once = Shadow { version_time: *version_time, denials: 1, failures, last_time: now };
            add(&mut noted, by.policy_id, once);
            tracing::debug!(policy = %by.policy_id, failure = by.failure, "a policy in SHADOW would have denied it");
        }
    }

    fn take(&self) -> Vec<(PolicyId, Shadow)> {
        let noted = std::mem::take(&mut *self.noted.lock());
        noted.into_iter().map(|((policy, _), shadow)| (policy, shadow)).collect()
    }

    fn give_back(&self, shadows: Vec<(PolicyId, Shadow)>) {
        let mut noted = self.noted.lock();
        for (policy, shadow) in shadows {
            add(&mut noted, policy, shadow);
        }
    }
}

fn add(noted: &mut HashMap<(PolicyId, Time), Shadow>, policy: PolicyId, more: Shadow) {
    let of_version = noted.entry((policy, more.version_time));
    let sum = of_version.or_insert(Shadow { denials: 0, failures: 0, ..more });
    sum.denials += more.denials;
    sum.failures += more.failures;
    sum.last_time = sum.last_time.max(more.last_time);
}

/// Writes down what was counted; what cannot be written waits for the next time.
pub async fn flush(app: &Arc<App>) -> Result<(), AppError> {
    let shadows = app.policy_shadows.take();
    if shadows.is_empty() {
        return Ok(());
    }
    let written = app.store.note_policy_shadows(&shadows).await;
    if written.is_err() {
        app.policy_shadows.give_back(shadows);
    }
    Ok(written?)
}
