//! How long the access log is kept.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// How long the access log is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessLogSection {
    /// How long a row is kept.
    pub retention_days: u32,
}

pub(super) const SECTION: Section = Section {
    name: "access_log",
    about: "How long the access log is kept: who signed in and who asked what.",
    keys: &[Key::new(
        "access_log.retention_days",
        Kind::Number(1, 3_650),
        Preset::Is("90"),
        "How long a row of the access log is kept; then it is deleted.",
    )],
};
