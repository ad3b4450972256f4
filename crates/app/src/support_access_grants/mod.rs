//! Support access: letting the platform's staff in, and ending that. How far they get is judged where everything is,
//! in `polity_domain::access`; here is only who lets them.

mod create;
mod get;
mod list;
mod revoke;

pub use create::{NewSupportAccessGrant, create};
pub use get::get;
pub use list::list;
pub(crate) use revoke::end_all;
pub use revoke::revoke;

use polity_domain::support_access_grants::{SupportAccessGrant, SupportAccessState};
use polity_domain::time::Time;

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportAccessGrantView {
    /// The grant.
    pub grant: SupportAccessGrant,
    /// Where it stands.
    pub state: SupportAccessState,
    /// The revision of its last change.
    pub revision: i64,
}

impl SupportAccessGrantView {
    fn new((grant, revision): (SupportAccessGrant, i64), now: Time) -> Self {
        Self { state: grant.state(now), grant, revision }
    }
}
