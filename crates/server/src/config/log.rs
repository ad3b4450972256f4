//! What is logged and in which form.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::rules::LOG_FILTER;

/// What is logged and in which form. Logs go to standard error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSection {
    /// Lines for people or for machines.
    pub format: LogFormat,
    /// What is logged, in the language of `tracing`'s `EnvFilter`.
    pub level: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

pub(super) const SECTION: Section = Section {
    name: "log",
    about: "What is logged and in which form. Logs go to standard error.",
    keys: &[
        Key::new(
            "log.format",
            Kind::Choice(&["human", "json"]),
            Preset::Is("human"),
            "Lines for people, or one JSON object a line.",
        )
        .flag("--log-format"),
        Key::new("log.level", Kind::Text(LOG_FILTER), Preset::Is("info"), "What is logged."),
    ],
};
