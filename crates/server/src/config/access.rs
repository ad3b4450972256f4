//! How old an answer to a question may be.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// How old an answer to a question may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSection {
    /// The most seconds; 0: every answer is the newest.
    pub max_staleness_seconds: u64,
}

pub(super) const SECTION: Section = Section {
    name: "access",
    about: "How questions about access are answered.",
    keys: &[Key::new(
        "access.max_staleness_seconds",
        Kind::Number(0, 60),
        Preset::Is("0"),
        "On PostgreSQL: how old the answer to a check, and the credential that asks, may be where the question does \
         not want `FULL` consistency. Within it memory answers, also while the database is away: whatever was \
         revoked may still be allowed there for so long. 0: never.",
    )],
};
