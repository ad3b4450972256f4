//! Listing regions.

use crate::Op;

/// A region and where it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The region's id.
    pub id: String,
    /// The start of its URLs.
    pub endpoint: String,
    /// Whether it is this service's own.
    pub here: bool,
}

/// This region and those that the configuration knows beside it, by id. No secret of anybody's.
pub fn list(op: &Op) -> Vec<Region> {
    let settings = op.settings();
    let own = Region { id: settings.region.clone(), endpoint: settings.public_url.clone(), here: true };
    let others = settings.regions.iter().filter(|(id, _)| *id != settings.region);
    let others =
        others.map(|(id, endpoint)| Region { id: id.clone(), endpoint: endpoint.clone(), here: false });
    let mut all: Vec<_> = std::iter::once(own).chain(others).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all
}
