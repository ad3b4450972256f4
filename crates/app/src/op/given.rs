//! What a request was given leave to change: used when the request is done, unless it only looked at what it would do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use polity_domain::ids::OrganizationId;
use polity_domain::roles::Principal;
use polity_domain::time::Time;

use crate::App;

/// Leaves to change something, which are noted as used at their end.
pub(super) struct Given {
    app: Arc<App>,
    now: Time,
    /// Whether a unit turned out to be a preview.
    pub previewed: Arc<AtomicBool>,
    leaves: Mutex<Vec<(OrganizationId, Principal, &'static str)>>,
}

impl Given {
    pub fn new(app: &Arc<App>, now: Time) -> Self {
        Self { app: app.clone(), now, previewed: Arc::default(), leaves: Mutex::default() }
    }

    /// Adds one.
    pub fn leave(&self, organization: OrganizationId, principal: Principal, permission: &'static str) {
        self.leaves.lock().push((organization, principal, permission));
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        if self.previewed.load(Ordering::Relaxed) {
            return;
        }
        for (organization, principal, permission) in self.leaves.get_mut().drain(..) {
            self.app.uses.note(organization, &principal, permission, self.now);
        }
    }
}
