//! Where settings come from: the file, the environment, the flags. Each layer covers the one before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use figment::providers::Env;
use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::key::Key;
use super::problems::Problem;
use super::secret::Secret;
use super::{SECTIONS, keys};

const DEFAULT_FILE: &str = "polity.toml";
const FILE_VARIABLE: &str = "POLITY_CONFIG";

/// What settings are read from.
pub struct Sources {
    file: Option<PathBuf>,
    environment: Vec<(String, String)>,
    flags: Vec<(&'static str, Secret)>,
}

impl Sources {
    /// The sources of this process: the file of `--config` and the flags, as the command line gave them, and
    /// the environment.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(&'static str, Secret)>) -> Self {
        let mut environment: Vec<_> = Env::raw()
            .lowercase(false)
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value))
            .filter(|(name, _)| name.starts_with("POLITY_"))
            .collect();
        environment.sort();
        Self { file, environment, flags }
    }
}

/// One setting as a source gives it.
pub(super) struct Entry<'a> {
    pub path: &'a str,
    pub value: Value,
    pub source: String,
}

impl Provider for Entry<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let dict = nest(self.path, self.value.clone()).into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}

/// All layers in their order of strength, without defaults.
pub(super) fn merge(sources: &Sources, problems: &mut Vec<Problem>) -> Figment {
    let mut layers = Figment::new();
    let file = file(sources, problems);
    for entry in file.into_iter().chain(environment(sources, problems)).chain(flags(sources)) {
        layers = layers.merge(entry);
    }
    layers
}

fn file(sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Entry<'static>> {
    let variable = |(name, value): &&(String, String)| name == FILE_VARIABLE && !value.is_empty();
    let named = sources.environment.iter().find(variable).map(|(_, value)| value.into());
    let named = sources.file.clone().or(named);
    let path = named.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    let table = match fs::read_to_string(&path) {
        Ok(text) => parse(&path, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => return Vec::new(),
        Err(error) => Err(Problem::plain(format!("{}: cannot be read: {error}", path.display()))),
    };
    let mut entries = Vec::new();
    match table {
        Ok(table) => walk(&path, "", &table, &mut entries, problems),
        Err(problem) => problems.push(problem),
    }
    entries
}

/// The message and the line of an error, but not the text there, which may be a secret.
fn parse(path: &Path, text: &str) -> Result<Dict, Problem> {
    let table = text.parse::<toml::Table>().map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let message: Vec<&str> = error.message().lines().collect();
        Problem::plain(format!("{}, line {line}: is not TOML: {}", path.display(), message.join(" ")))
    })?;
    let dict = Value::serialize(table).ok().and_then(Value::into_dict);
    dict.ok_or_else(|| Problem::plain(format!("{}: is not a table", path.display())))
}

fn walk(
    path: &Path,
    prefix: &str,
    table: &Dict,
    entries: &mut Vec<Entry<'static>>,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in table {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        if let Some(key) = keys().find(|key| key.path == name) {
            entries.push(Entry { path: key.path, value: value.clone(), source: path.display().to_string() });
            continue;
        }
        match (is_table(&name), value) {
            (true, Value::Dict(_, inner)) => walk(path, &name, inner, entries, problems),
            (true, _) => {
                problems.push(Problem::plain(format!("{}: `{name}` must be a table", path.display())));
            }
            (false, Value::Dict(_, inner)) if !inner.is_empty() => {
                walk(path, &name, inner, entries, problems);
            }
            (false, _) => {
                problems.push(Problem::unknown(
                    &format!("{}:", path.display()),
                    &name,
                    keys().map(|key| key.path),
                ));
            }
        }
    }
}

fn is_table(name: &str) -> bool {
    SECTIONS.iter().any(|section| section.name == name)
        || keys().any(|key| key.optional_table() == Some(name))
}

fn environment(sources: &Sources, problems: &mut Vec<Problem>) -> Vec<Entry<'static>> {
    let mut entries: Vec<Entry<'static>> = Vec::new();
    for (name, value) in &sources.environment {
        let key = keys().find(|key| key.alias == Some(name) || key.variable() == *name);
        let foreign = name.starts_with("POLITY_TEST_") || is_service_link(name, value);
        if key.is_none() && name != FILE_VARIABLE && foreign {
            continue;
        }
        let source = format!("environment variable {name}");
        if key.is_none() && name != FILE_VARIABLE {
            problems.push(unknown_variable(name));
        } else if value.is_empty() {
            problems.push(Problem::plain(format!("{source}: is empty; give it a value or unset it")));
        } else if value.contains(char::REPLACEMENT_CHARACTER) {
            problems.push(Problem::plain(format!("{source}: is not UTF-8")));
        } else if let Some(key) = key {
            if let Some(other) = entries.iter().find(|entry| entry.path == key.path) {
                problems.push(Problem::plain(format!(
                    "{source}: is the same setting as {}; set one of them",
                    other.source
                )));
            }
            entries.push(Entry { path: key.path, value: Value::from(value.as_str()), source });
        }
    }
    entries
}

fn unknown_variable(name: &str) -> Problem {
    let long: Vec<String> = keys().map(Key::variable).collect();
    let short = keys().filter_map(|key| key.alias).chain([FILE_VARIABLE]);
    Problem::unknown("environment variable", name, short.chain(long.iter().map(String::as_str)))
}

/// Kubernetes describes each service of a namespace in the environment of its containers. For a service named
/// `polity`, or `polity-…`, these variables look like ours.
fn is_service_link(name: &str, value: &str) -> bool {
    let address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let port_part = name.rsplit_once("_PORT_").is_some_and(|(_, rest)| {
        let mut parts = rest.split('_');
        parts.next().is_some_and(|port| port.parse::<u16>().is_ok())
            && parts.next().is_some_and(|protocol| matches!(protocol, "TCP" | "UDP" | "SCTP"))
    });
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || port_part
        || (name.ends_with("_PORT") && address)
}

fn flags(sources: &Sources) -> Vec<Entry<'static>> {
    let entry = |(flag, value): &(&'static str, Secret)| {
        let key = keys().find(|key| key.flag == Some(flag))?;
        Some(Entry { path: key.path, value: Value::from(value.expose()), source: format!("flag {flag}") })
    };
    sources.flags.iter().filter_map(entry).collect()
}
