//! How long invitations live and how many there may be.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::problems::Problem;

/// How long invitations live and how many there may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationsSection {
    /// How long an invitation can be accepted when its maker does not say.
    pub default_ttl_seconds: u64,
    /// The longest life its maker may ask for.
    pub max_ttl_seconds: u64,
    /// How long a request to be taken in can be answered.
    pub membership_request_ttl_seconds: u64,
    /// Invitations that one organization may send in a day.
    pub per_organization_per_day: u32,
}

pub(super) const SECTION: Section = Section {
    name: "invitations",
    about: "How long invitations live and how many there may be.",
    keys: &[
        Key::new(
            "invitations.default_ttl_seconds",
            Kind::Number(60, 31_536_000),
            Preset::Is("604800"),
            "How long an invitation can be accepted when its maker does not say (default 7 days).",
        ),
        Key::new(
            "invitations.max_ttl_seconds",
            Kind::Number(60, 31_536_000),
            Preset::Is("2592000"),
            "The longest life its maker may ask for (default 30 days).",
        ),
        Key::new(
            "invitations.membership_request_ttl_seconds",
            Kind::Number(60, 31_536_000),
            Preset::Is("2592000"),
            "How long a request to be taken in can be answered (default 30 days).",
        ),
        Key::new(
            "invitations.per_organization_per_day",
            Kind::Number(1, 1_000_000),
            Preset::Is("1000"),
            "Invitations that one organization may send in a day.",
        ),
    ],
};

impl InvitationsSection {
    pub(super) fn conflicts(&self) -> Option<Problem> {
        (self.default_ttl_seconds > self.max_ttl_seconds).then(|| {
            Problem::conflict(
                &["invitations.default_ttl_seconds", "invitations.max_ttl_seconds"],
                format!(
                    "{} and {}: the first must not exceed the second",
                    self.default_ttl_seconds, self.max_ttl_seconds
                ),
            )
        })
    }
}
