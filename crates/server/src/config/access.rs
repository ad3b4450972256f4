//! How questions about access are answered.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// How questions about access are answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSection {
    /// How much memory the trees that answer may take.
    pub memory_mib: u32,
}

pub(super) const SECTION: Section = Section {
    name: "access",
    about: "How questions about access are answered.",
    keys: &[Key::new(
        "access.memory_mib",
        Kind::Number(16, 1_048_576),
        Preset::Is("1024"),
        "About how much memory the trees that answer questions may take, in MiB: some 3000 members or 35 small trees in each. When there are more, those \
         that nobody has asked about for longest are read anew from the database when somebody does. One tree is kept \
         even if it is larger.",
    )],
};
