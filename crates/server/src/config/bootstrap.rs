//! The first administrator, for starts without a person at hand.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::problems::Problem;
use super::rules::{EMAIL, PASSWORD};
use super::secret::Secret;

/// The first administrator. It is made at a start that finds none; afterwards these settings change nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BootstrapSection {
    /// Their address.
    pub email: Option<String>,
    /// Their password.
    pub password: Option<Secret>,
}

pub(super) const SECTION: Section = Section {
    name: "bootstrap",
    about: "The first administrator, for starts without a person at hand. It is made at a start that finds none; \
            afterwards these settings change nothing. Without them the first start prints a one-time link.",
    keys: &[
        Key::new("bootstrap.email", Kind::Text(EMAIL), Preset::Nothing, "Their e-mail address.")
            .alias("POLITY_BOOTSTRAP_EMAIL"),
        Key::new("bootstrap.password", Kind::Secret(PASSWORD), Preset::Nothing, "Their password.")
            .alias("POLITY_BOOTSTRAP_PASSWORD"),
    ],
};

impl BootstrapSection {
    pub(super) fn conflicts(&self, shortest: usize) -> Option<Problem> {
        match (&self.email, &self.password) {
            (Some(_), Some(password)) if password.expose().chars().count() < shortest => {
                Some(Problem::conflict(
                    &["bootstrap.password", "security.password_min_length"],
                    format!("the password must have at least {shortest} characters"),
                ))
            }
            (Some(_), None) | (None, Some(_)) => Some(Problem::conflict(
                &["bootstrap.email", "bootstrap.password"],
                "must be set both or not at all".to_owned(),
            )),
            _ => None,
        }
    }
}
