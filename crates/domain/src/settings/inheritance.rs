//! What reaches an organization from above, and which of it counts. Customizations are inherited alike.

use super::Mode;
use crate::ids::OrganizationId;

/// One organization of a line upwards, with what it has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level<T> {
    /// Which.
    pub organization_id: OrganizationId,
    /// Whether what stands above reaches it.
    pub inherits_settings: bool,
    /// What it has set.
    pub content: T,
}

/// What counts for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective<T> {
    /// The value.
    pub value: T,
    /// Whether it can be replaced below.
    pub mode: Mode,
    /// Where it was set.
    pub source: OrganizationId,
}

/// Of a line from an organization upwards (the nearest first, the root last) those that reach it: itself,
/// the ones above as far as every edge between inherits settings, and the root. The instance is above all
/// tenants without an edge that anybody could shut.
pub fn chain<T>(lineage: impl IntoIterator<Item = Level<T>>) -> Vec<(OrganizationId, T)> {
    let mut open = true;
    let reaching = lineage.into_iter().filter_map(|level| {
        let reaches = open || level.organization_id == OrganizationId::ROOT;
        open &= level.inherits_settings;
        reaches.then_some((level.organization_id, level.content))
    });
    reaching.collect()
}

/// What counts, from what the levels of a chain have set (the nearest first): the topmost that is
/// enforced, else the nearest.
pub fn effective<T>(set: impl IntoIterator<Item = (OrganizationId, T, Mode)>) -> Option<Effective<T>> {
    let mut found: Option<Effective<T>> = None;
    for (source, value, mode) in set {
        if found.is_none() || mode == Mode::Enforced {
            found = Some(Effective { value, mode, source });
        }
    }
    found
}

/// Who above an organization enforces something, the topmost.
pub fn enforced_above<T>(
    organization: OrganizationId,
    set: impl IntoIterator<Item = (OrganizationId, T, Mode)>,
) -> Option<OrganizationId> {
    let above = set.into_iter().filter(|(source, ..)| *source != organization);
    effective(above).filter(|found| found.mode == Mode::Enforced).map(|found| found.source)
}
