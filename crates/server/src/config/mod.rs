//! The configuration: defaults, then `polity.toml`, then the environment, then flags; each covers the one
//! before.
//!
//! A section is a struct and, beside it, the list of its [`Key`]s. The list is the one place that says what a
//! setting accepts and what its default is: validation reads it, and so does `docs/configuration.md`.

mod access;
mod access_log;
mod bootstrap;
mod data;
mod database;
mod http;
mod invitations;
mod key;
mod layers;
mod log;
mod mail;
mod organizations;
mod problems;
mod reference;
mod region;
mod rules;
mod secret;
mod security;
mod sign_in;
#[cfg(test)]
mod tests;

use figment::Figment;
use figment::value::Value;
use serde::Deserialize;

pub use access::AccessSection;
pub use access_log::AccessLogSection;
pub use bootstrap::BootstrapSection;
pub use data::DataSection;
pub use database::{Database, DatabaseSection};
pub use http::HttpSection;
pub use invitations::InvitationsSection;
pub use key::{Key, Kind, Preset, Section};
pub use layers::Sources;
pub use log::{LogFormat, LogSection};
pub use mail::{Encryption, MailSection, SmtpSection};
pub use organizations::{Creation, OrganizationsSection};
pub use problems::Invalid;
pub use reference::markdown as reference;
pub use region::RegionSection;
pub use rules::Rule;
pub use secret::Secret;
pub use security::SecuritySection;
pub use sign_in::{Registration, SignInSection};

use layers::Entry;
use problems::Problem;

/// All sections, in the order of the reference.
pub const SECTIONS: [Section; 13] = [
    http::SECTION,
    data::SECTION,
    database::SECTION,
    security::SECTION,
    sign_in::SECTION,
    organizations::SECTION,
    invitations::SECTION,
    mail::SECTION,
    log::SECTION,
    access::SECTION,
    access_log::SECTION,
    region::SECTION,
    bootstrap::SECTION,
];

/// Everything that can be configured, valid as a whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where Polity listens and how it is reached.
    pub http: HttpSection,
    /// Where it keeps its files.
    pub data: DataSection,
    /// Which database holds the data.
    pub database: DatabaseSection,
    /// Passwords, sessions and keys.
    pub security: SecuritySection,
    /// Who may register, and how often somebody may try.
    pub sign_in: SignInSection,
    /// Who may create organizations, and how they nest and go.
    pub organizations: OrganizationsSection,
    /// How long invitations live and how many there may be.
    pub invitations: InvitationsSection,
    /// How mails leave.
    pub mail: MailSection,
    /// What is logged and in which form.
    pub log: LogSection,
    /// How questions about access are answered.
    pub access: AccessSection,
    /// How long the access log is kept.
    pub access_log: AccessLogSection,
    /// Which region this instance is.
    pub region: RegionSection,
    /// The first administrator.
    #[serde(default)]
    pub bootstrap: BootstrapSection,
}

impl Config {
    /// Reads and judges all settings. It touches nothing, and it reports every problem at once.
    pub fn load(sources: &Sources) -> Result<Self, Invalid> {
        let mut problems = Vec::new();
        let layers = layers::merge(sources, &mut problems);
        let settled = settle(&layers, &mut problems);
        match settled.extract::<Self>() {
            Ok(config) => {
                let wrong: Vec<String> = problems.iter().flat_map(|problem| problem.keys.clone()).collect();
                let untouched = |conflict: &Problem| !conflict.keys.iter().any(|key| wrong.contains(key));
                problems.extend(config.conflicts().into_iter().filter(untouched));
                if problems.is_empty() { Ok(config) } else { Err(Invalid(problems)) }
            }
            Err(error) => {
                // the list of keys and the structs disagree; the cause may show a value, so only its place is
                // told
                let place = error.path.join(".");
                problems.push(Problem::plain(format!(
                    "{place}: is not what Polity expects (this is a bug in Polity)"
                )));
                Err(Invalid(problems))
            }
        }
    }

    /// The database to use.
    pub fn database(&self) -> Database {
        self.database.target(&self.data.data_dir)
    }

    /// What is allowed but probably not meant, one sentence each. Log them at start.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.http.warnings();
        warnings.extend(self.security.warnings());
        warnings.extend(self.mail.warnings());
        warnings
    }

    fn conflicts(&self) -> Vec<Problem> {
        let mut problems = self.database.conflicts();
        problems.extend(self.security.conflicts());
        problems.extend(self.invitations.conflicts());
        problems.extend(self.mail.conflicts());
        problems.extend(self.bootstrap.conflicts(self.security.password_min_length));
        problems
    }
}

/// All settings, in the order of the reference.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

/// The values that hold: those that are set and allowed, and the defaults of the others. An optional table
/// that is not mentioned, or whose required setting is wrong, stays away as a whole.
fn settle(layers: &Figment, problems: &mut Vec<Problem>) -> Figment {
    let given: Vec<(&Key, Option<Value>)> = keys().map(|key| (key, given(key, layers, problems))).collect();
    let mut absent: Vec<&str> =
        keys().filter_map(Key::optional_table).filter(|table| !layers.contains(table)).collect();
    for (key, value) in &given {
        if let (Preset::Required, None, Some(table)) = (&key.preset, value, key.optional_table())
            && !absent.contains(&table)
        {
            if !layers.contains(key.path) {
                problems.push(Problem::missing(key, table));
            }
            absent.push(table);
        }
    }
    let mut settled = Figment::new();
    for (key, value) in given {
        let preset = || if let Preset::Is(text) = key.preset { key.kind.read_preset(text) } else { None };
        let left_out = key.optional_table().is_some_and(|table| absent.contains(&table));
        if let (false, Some(value)) = (left_out, value.or_else(preset)) {
            settled = settled.merge(Entry { path: key.path, value, source: String::new() });
        }
    }
    settled
}

fn given(key: &Key, layers: &Figment, problems: &mut Vec<Problem>) -> Option<Value> {
    let value = layers.find_value(key.path).ok()?;
    let read = key.kind.read(&value);
    if read.is_none() {
        let source = layers.get_metadata(value.tag()).map_or("", |metadata| metadata.name.as_ref());
        problems.push(Problem::value(key, &value, source));
    }
    read
}
