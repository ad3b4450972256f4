//! How questions about access are answered.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// How questions about access are answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSection {
    /// How much memory the trees that answer may take.
    pub memory_mib: u32,
    /// How old an answer may be at most, in seconds; 0: every answer is the newest.
    pub max_staleness_seconds: u64,
    /// How large a tree must be to be saved; 0: none is.
    pub saved_tree_min_size: u32,
}

pub(super) const SECTION: Section = Section {
    name: "access",
    about: "How questions about access are answered.",
    keys: &[
        Key::new(
            "access.memory_mib",
            Kind::Number(16, 1_048_576),
            Preset::Is("1024"),
            "About how much memory the trees that answer questions may take, in MiB: some 3000 members or 35 small trees in each. When \
         there are more, those that nobody has asked about for longest are read anew from the database when \
         somebody does. One tree is kept even if it is larger.",
        ),
        Key::new(
            "access.max_staleness_seconds",
            Kind::Number(0, 60),
            Preset::Is("0"),
            "On PostgreSQL: how old the answer to a check, and the credential that asks, may be where the question does \
         not want `FULL` consistency. Within it memory answers, also while the database is away: whatever was \
         revoked may still be allowed there for so long. 0: never.",
        ),
        Key::new(
            "access.saved_tree_min_size",
            Kind::Number(0, 1_000_000_000),
            Preset::Is("50000"),
            "How large a tree must be, about in members, to be saved now and then in `snapshots` in `data.data_dir`: \
         after a restart it answers in a fraction of the time that its tables take. The files hold display names \
         of organizations, groups and roles and hashes of keys' secrets, as the database does. They are believed only if \
         this instance wrote them and the database's ledger agrees, and may be deleted at any time. 0: none is saved.",
        ),
    ],
};
