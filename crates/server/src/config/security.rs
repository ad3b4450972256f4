//! Passwords, sessions and keys.

use std::thread::available_parallelism;

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};
use super::problems::Problem;
use super::rules::SECRET_KEY;
use super::secret::Secret;

/// Passwords, sessions and keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecuritySection {
    /// Protects the keys that Polity keeps in its database. Without it one is generated in the data folder.
    pub secret_key: Option<Secret>,
    /// The shortest password a person may choose.
    pub password_min_length: usize,
    /// The memory of one password hash.
    pub argon2_memory_kib: u32,
    /// The passes of one password hash.
    pub argon2_iterations: u32,
    /// The lanes of one password hash.
    pub argon2_parallelism: u32,
    /// How many passwords are hashed at once. Use [`SecuritySection::hashing_threads`] to read it.
    pub hashing_threads: Option<usize>,
    /// How long an access token is good for.
    pub access_token_ttl_seconds: u64,
    /// When an unused session ends.
    pub session_idle_seconds: u64,
    /// When any session ends.
    pub session_absolute_seconds: u64,
    /// The age at which a new signing key takes over.
    pub signing_key_rotation_days: u32,
    /// The longest that an organization can let the platform's staff in at a time.
    pub support_access_max_days: u32,
}

pub(super) const SECTION: Section = Section {
    name: "security",
    about: "Passwords, sessions and keys.",
    keys: &[
        Key::new(
            "security.secret_key",
            Kind::Secret(SECRET_KEY),
            Preset::Computed("generated once, in `data.data_dir`"),
            "Protects the keys that Polity keeps in its database. Replicas need the same one; lost, those \
             keys are lost too.",
        )
        .alias("POLITY_SECRET_KEY"),
        Key::new(
            "security.password_min_length",
            Kind::Number(8, 128),
            Preset::Is("8"),
            "The shortest password a person may choose, in characters.",
        ),
        Key::new(
            "security.argon2_memory_kib",
            Kind::Number(8, 4_194_304),
            Preset::Is("19456"),
            "The memory of one password hash. Settings weaker than OWASP's are for tests; they print a \
             warning.",
        ),
        Key::new("security.argon2_iterations", Kind::Number(1, 100), Preset::Is("2"), "Its passes."),
        Key::new("security.argon2_parallelism", Kind::Number(1, 64), Preset::Is("1"), "Its lanes."),
        Key::new(
            "security.hashing_threads",
            Kind::Number(1, 256),
            Preset::Computed("the number of cores"),
            "How many passwords are hashed at once; the others wait.",
        ),
        Key::new(
            "security.access_token_ttl_seconds",
            Kind::Number(60, 3_600),
            Preset::Is("300"),
            "How long an access token is good for.",
        ),
        Key::new(
            "security.session_idle_seconds",
            Kind::Number(300, 31_536_000),
            Preset::Is("1209600"),
            "When an unused session ends (default 14 days).",
        ),
        Key::new(
            "security.session_absolute_seconds",
            Kind::Number(300, 31_536_000),
            Preset::Is("7776000"),
            "When any session ends, however busy (default 90 days).",
        ),
        Key::new(
            "security.signing_key_rotation_days",
            Kind::Number(1, 3_650),
            Preset::Is("30"),
            "The age at which a new key signs the access tokens. The old one verifies until the last token \
             has expired.",
        ),
        Key::new(
            "security.support_access_max_days",
            Kind::Number(1, 365),
            Preset::Is("30"),
            "The longest that an organization can let the platform's staff in at a time.",
        ),
    ],
};

/// Memory and passes that OWASP calls equally strong, with one lane.
const OWASP: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

impl SecuritySection {
    /// How many passwords are hashed at once: as configured, or one for each core.
    pub fn hashing_threads(&self) -> usize {
        self.hashing_threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from))
    }

    pub(super) fn conflicts(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.argon2_memory_kib < 8 * self.argon2_parallelism {
            problems.push(Problem::conflict(
                &["security.argon2_memory_kib", "security.argon2_parallelism"],
                format!(
                    "{} KiB for {} lanes: must be at least 8 KiB a lane",
                    self.argon2_memory_kib, self.argon2_parallelism
                ),
            ));
        }
        if self.session_idle_seconds > self.session_absolute_seconds {
            problems.push(Problem::conflict(
                &["security.session_idle_seconds", "security.session_absolute_seconds"],
                format!(
                    "{} and {}: the first must not exceed the second",
                    self.session_idle_seconds, self.session_absolute_seconds
                ),
            ));
        }
        if self.access_token_ttl_seconds > self.session_idle_seconds {
            problems.push(Problem::conflict(
                &["security.access_token_ttl_seconds", "security.session_idle_seconds"],
                format!(
                    "{} and {}: the first must not exceed the second",
                    self.access_token_ttl_seconds, self.session_idle_seconds
                ),
            ));
        }
        problems
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        let enough = |(memory, passes): (u32, u32)| {
            self.argon2_memory_kib >= memory && self.argon2_iterations >= passes
        };
        if OWASP.into_iter().any(enough) {
            return Vec::new();
        }
        vec![format!(
            "security.argon2_memory_kib = {} with security.argon2_iterations = {} is weaker than OWASP advises (19456 \
             with 2): stolen password hashes would be cheap to guess",
            self.argon2_memory_kib, self.argon2_iterations
        )]
    }
}
