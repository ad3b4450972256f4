//! Which organization a key belongs to: for ever the same one, so what is remembered stays true.

use foldhash::HashMap;
use parking_lot::RwLock;
use polity_domain::ids::{ApiKeyId, OrganizationId};

/// How many are remembered; then it begins anew, since one more question for a row costs little.
const MOST: usize = 200_000;

/// The keys that were seen, with their organizations.
#[derive(Default)]
pub struct Homes(RwLock<HashMap<ApiKeyId, OrganizationId>>);

impl Homes {
    /// Whose a key is, if it was seen before.
    pub fn of(&self, key: ApiKeyId) -> Option<OrganizationId> {
        self.0.read().get(&key).copied()
    }

    /// Remembers whose a key is.
    pub fn remember(&self, key: ApiKeyId, organization: OrganizationId) {
        let mut homes = self.0.write();
        if homes.len() >= MOST {
            homes.clear();
        }
        homes.insert(key, organization);
    }
}
