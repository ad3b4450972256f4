//! What is wrong with a configuration, said so that it can be put right.

use std::fmt;

use figment::value::Value;

use super::key::Key;

/// Everything that is wrong with a configuration. Its `Display` is one line for each.
#[derive(Debug)]
pub struct Invalid(pub(super) Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    /// The settings that it is about, by their dotted names.
    pub keys: Vec<String>,
    line: String,
}

impl std::error::Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<&str> = self.0.iter().map(|problem| problem.line.as_str()).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl Problem {
    /// A sentence of its own.
    pub fn plain(line: String) -> Self {
        Self { keys: Vec::new(), line }
    }

    /// Settings that do not go together.
    pub fn conflict(keys: &[&str], what: String) -> Self {
        Self {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            line: format!("{}: {what}", keys.join(", ")),
        }
    }

    /// A value that is not allowed.
    pub fn value(key: &Key, value: &Value, source: &str) -> Self {
        let given = if key.kind.is_secret() {
            format!("{} ({source}, value not shown)", key.path)
        } else {
            format!("{} = {} ({source})", key.path, shown(value))
        };
        Self { keys: vec![key.path.to_owned()], line: format!("{given}: must be {}", key.kind.allowed()) }
    }

    /// A setting that others need.
    pub fn missing(key: &Key, table: &str) -> Self {
        Self {
            keys: vec![key.path.to_owned()],
            line: format!(
                "{}: must be set when another `{table}` setting is: {}",
                key.path,
                key.kind.allowed()
            ),
        }
    }

    /// A name that is not a setting.
    pub fn unknown<'a>(what: &str, name: &str, allowed: impl Iterator<Item = &'a str>) -> Self {
        let nearest = allowed.min_by_key(|candidate| distance(name, candidate)).unwrap_or_default();
        Self::plain(format!("{what} `{}` is not known; the nearest is `{nearest}`", name.escape_debug()))
    }
}

/// How far a name is from an allowed one; leaving the section away counts as one slip.
fn distance(name: &str, allowed: &str) -> usize {
    let whole = strsim::damerau_levenshtein(name, allowed);
    match allowed.rsplit_once('.').or_else(|| allowed.rsplit_once("__")) {
        Some((_, last)) => whole.min(strsim::damerau_levenshtein(name, last) + 1),
        None => whole,
    }
}

fn shown(value: &Value) -> String {
    const LONGEST: usize = 100;
    match value {
        Value::String(_, text) if text.chars().count() > LONGEST => {
            format!("{:?}…", text.chars().take(LONGEST).collect::<String>())
        }
        Value::String(_, text) => format!("{text:?}"),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number.to_i128().map_or_else(|| "a fraction".to_owned(), |n| n.to_string()),
        Value::Array(_, items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Char(_, letter) => format!("{letter:?}"),
        Value::Dict(..) => "a table".to_owned(),
        Value::Empty(..) => "nothing".to_owned(),
    }
}
