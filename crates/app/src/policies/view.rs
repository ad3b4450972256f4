//! A policy as doors show it.

use polity_domain::policies::Policy;
use polity_store::policies::Shadow;

/// A policy with what a reader wants beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyView {
    /// The policy.
    pub policy: Policy,
    /// The revision of its last change.
    pub revision: i64,
    /// What it would have denied since then, to within a few seconds, if it would have denied anything.
    pub shadow: Option<Shadow>,
}

impl PolicyView {
    pub(super) fn new((policy, revision): (Policy, i64), shadow: Option<&Shadow>) -> Self {
        // What was counted for an earlier version says nothing of this one.
        let shadow = shadow.filter(|shadow| shadow.version_time == policy.update_time).copied();
        Self { policy, revision, shadow }
    }
}
