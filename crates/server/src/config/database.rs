//! Which database holds the data.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use super::key::{Key, Kind, Preset, Section};
use super::problems::Problem;
use super::rules::{DATABASE_URL, STANDBY_URLS};
use super::secret::Secret;

/// Which database holds the data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSection {
    /// PostgreSQL or a SQLite file. Use [`DatabaseSection::target`] to read it.
    pub url: Option<Secret>,
    /// Streaming standbys. Use [`DatabaseSection::standbys`] to read it.
    pub standby_urls: Option<Secret>,
    /// The most connections to hold at once.
    pub max_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout_seconds: u64,
}

/// The database that the settings choose. Its `Display` is fit for a log: it holds no user and no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database, by its address.
    Postgres(Secret),
}

pub(super) const SECTION: Section = Section {
    name: "database",
    about: "Which database holds the data.",
    keys: &[
        Key::new(
            "database.url",
            Kind::Secret(DATABASE_URL),
            Preset::Computed("SQLite, `polity.db` in `data.data_dir`"),
            "The database. A password in a flag can be seen by other users of the machine; in the \
             environment it cannot.",
        )
        .alias("POLITY_DATABASE_URL")
        .flag("--database-url"),
        Key::new(
            "database.standby_urls",
            Kind::Secret(STANDBY_URLS),
            Preset::Nothing,
            "Streaming standbys of the PostgreSQL database, from which lists and details are read as often as a standby \
             has all that the primary has; else the primary is read. Each URL must lead to one server, under an account \
             that may read what Polity's may. Nothing that was acknowledged is ever missing, and who may see what is \
             decided by the primary alone.",
        )
        .alias("POLITY_DATABASE_STANDBY_URLS"),
        Key::new(
            "database.max_connections",
            Kind::Number(2, 1_000),
            Preset::Is("10"),
            "The most connections to hold at once, to each standby as well. SQLite writes through one of them.",
        ),
        Key::new(
            "database.acquire_timeout_seconds",
            Kind::Number(1, 300),
            Preset::Is("5"),
            "How long a request waits for a connection; then it is answered 503.",
        ),
    ],
};

impl DatabaseSection {
    /// The database to use; without an address, `polity.db` in the folder.
    pub fn target(&self, data_dir: &Path) -> Database {
        let Some(url) = &self.url else { return Database::Sqlite(data_dir.join("polity.db")) };
        match url.expose().strip_prefix("sqlite:") {
            Some(path) => Database::Sqlite(path.strip_prefix("//").unwrap_or(path).into()),
            None => Database::Postgres(url.clone()),
        }
    }

    /// The URLs of the standbys.
    pub fn standbys(&self) -> Vec<String> {
        let urls = self.standby_urls.iter().flat_map(|urls| urls.expose().split(','));
        urls.map(str::to_owned).collect()
    }

    pub(super) fn conflicts(&self) -> Vec<Problem> {
        let embedded = self.url.as_ref().is_none_or(|url| url.expose().starts_with("sqlite:"));
        if self.standby_urls.is_some() && embedded {
            let what = "SQLite has no standbys: set the URL of the PostgreSQL primary, or no standbys";
            return vec![Problem::conflict(&["database.standby_urls", "database.url"], what.to_owned())];
        }
        Vec::new()
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite, {}", path.display()),
            Self::Postgres(url) => {
                let url = Url::parse(url.expose()).ok();
                let host = url.as_ref().and_then(Url::host_str).unwrap_or("local socket");
                let name = url.as_ref().map_or("", |url| url.path().trim_start_matches('/'));
                write!(f, "PostgreSQL, {name} at {host}")
            }
        }
    }
}
