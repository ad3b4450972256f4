//! Which region this instance is.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::rules::LABEL;

/// Which region this instance is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSection {
    /// The region's id.
    pub id: String,
}

pub(super) const SECTION: Section = Section {
    name: "region",
    about: "Which region this instance is.",
    keys: &[Key::new(
        "region.id",
        Kind::Text(LABEL),
        Preset::Is("local"),
        "The region's id, shown with each organization.",
    )],
};
