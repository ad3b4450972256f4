//! Which region this instance is.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::rules::{LABEL, REGION_ENDPOINT};

/// Which region this instance is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSection {
    /// The region's id.
    pub id: String,
    /// The other regions, each as `id=endpoint`.
    pub endpoints: Vec<String>,
}

pub(super) const SECTION: Section = Section {
    name: "region",
    about: "Which region this instance is.",
    keys: &[
        Key::new(
            "region.id",
            Kind::Text(LABEL),
            Preset::Is("local"),
            "The region's id, shown with each organization.",
        ),
        Key::new(
            "region.endpoints",
            Kind::List(REGION_ENDPOINT),
            Preset::Is(""),
            "The other regions and where they answer; requests for their organizations get 421 with the endpoint.",
        ),
    ],
};
