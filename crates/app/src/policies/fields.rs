//! What may stand in a policy's fields.

use polity_domain::access::Snapshot;
use polity_domain::policies::{InvalidText, Policy, PolicyMode, check};
use polity_domain::text::Title;
use polity_domain::time::Time;

use crate::organizations::Faults;
use crate::{AppError, Op};

/// What a new policy is to be, as a door read it.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// The display name.
    pub title: String,
    /// Whether it is enforced.
    pub mode: PolicyMode,
    /// Its `forbid` statements in Cedar.
    pub text: String,
}

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct PolicyUpdate {
    /// The display name.
    pub title: Option<String>,
    /// Whether it is enforced.
    pub mode: Option<PolicyMode>,
    /// Its `forbid` statements in Cedar.
    pub text: Option<String>,
}

impl PolicyUpdate {
    /// The policy as it becomes.
    pub(super) fn apply(self, before: &Policy, now: Time) -> Policy {
        let after = Policy {
            title: self.title.unwrap_or_else(|| before.title.clone()),
            mode: self.mode.unwrap_or(before.mode),
            text: self.text.unwrap_or_else(|| before.text.clone()),
            ..before.clone()
        };
        if after == *before {
            return after;
        }
        // Each version has a time of its own, also where a clock went back: what it would have denied is counted by it.
        let next = Time(before.update_time.micros() + 1);
        Policy { update_time: now.max(next), ..after }
    }
}

/// Checks a title and a text, as far as there are any: every mistake at once. To check a text takes a while, so it
/// comes before any lock.
pub(super) async fn check_fields(
    op: &Op,
    snapshot: &Snapshot,
    title: Option<&str>,
    text: Option<&str>,
) -> Result<(), AppError> {
    let mut faults = Faults::default();
    if let Some(title) = title {
        faults.check("/title", Title::parse(title));
    }
    if let Some(text) = text {
        let (text, catalogue) = (text.to_owned(), snapshot.catalogue().clone());
        faults.check::<(), InvalidText>("/text", op.apart(move || check(&text, &catalogue)).await?);
    }
    faults.end()
}
