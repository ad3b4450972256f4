//! Where Polity keeps its files.

use std::path::PathBuf;

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::rules::DIRECTORY;

/// Where Polity keeps its files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSection {
    /// The folder of the SQLite database, of the generated keys, of saved trees, and of mails when there is no SMTP server.
    pub data_dir: PathBuf,
}

pub(super) const SECTION: Section = Section {
    name: "data",
    about: "Where Polity keeps its files.",
    keys: &[Key::new(
        "data.data_dir",
        Kind::Text(DIRECTORY),
        Preset::Is("./polity-data"),
        "The folder of the SQLite database, of the generated keys, of saved trees, and of mails when there is no SMTP server. \
         It is made when it is absent.",
    )
    .alias("POLITY_DATA_DIR")
    .flag("--data-dir")],
};
