//! Limits as doors show them.

use polity_domain::limits::{Limited, OrganizationLimits, effective};

use crate::source::Sources;
use crate::{AppError, Op, Source};

/// The limits of an organization.
#[derive(Debug, Clone)]
pub struct LimitsView {
    /// Whose they are, and what was set on it.
    pub set: OrganizationLimits,
    /// The revision of the last change of what was set on it; 0: there was none.
    pub revision: i64,
    /// What counts, for each.
    pub limits: Vec<LimitView>,
}

/// What counts for one limit.
#[derive(Debug, Clone)]
pub struct LimitView {
    /// What is limited.
    pub limited: Limited,
    /// How many there may be, and where that was said; none: as many as one likes.
    pub limit: Option<(u64, Source)>,
    /// How many there are.
    pub used: u64,
}

/// What is seen of an organization's limits: what was set on it and all above it (the nearest first), and
/// what it has.
pub(super) async fn view(
    op: &Op,
    (set, revision): (OrganizationLimits, i64),
    line: &[OrganizationLimits],
    usage: Vec<(Limited, u64)>,
) -> Result<LimitsView, AppError> {
    let mut sources = Sources::new(op, set.organization_id);
    let mut limits = Vec::with_capacity(usage.len());
    for (limited, used) in usage {
        let limit = match effective(line, limited) {
            Some((limit, source)) => Some((limit, sources.show(source).await?)),
            None => None,
        };
        limits.push(LimitView { limited, limit, used });
    }
    Ok(LimitsView { set, revision, limits })
}
