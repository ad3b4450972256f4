//! What one setting is: its name, what it accepts, where it can be set. Validation and the reference both
//! read this.

use figment::value::Value;

use super::rules::Rule;

/// A section of the configuration: a table of `polity.toml`.
#[derive(Debug)]
pub struct Section {
    /// The table's name.
    pub name: &'static str,
    /// What the section is about, for the reference.
    pub about: &'static str,
    /// Its settings.
    pub keys: &'static [Key],
}

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// The dotted name, as in `http.listen`.
    pub path: &'static str,
    /// What it accepts.
    pub kind: Kind,
    /// What holds when nobody sets it.
    pub preset: Preset,
    /// The short environment variable, for the few that have one.
    pub alias: Option<&'static str>,
    /// The command line flag, for the few that have one.
    pub flag: Option<&'static str>,
    /// What it does, for the reference.
    pub about: &'static str,
}

/// What a setting accepts.
#[derive(Debug)]
pub enum Kind {
    /// A whole number from the first to the second, both included.
    Number(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text that follows the rule.
    Text(Rule),
    /// Several texts that follow the rule; separated by commas in the environment.
    List(Rule),
    /// A text that follows the rule and is never shown.
    Secret(Rule),
}

/// What holds when nobody sets a setting.
#[derive(Debug)]
pub enum Preset {
    /// This value, written as in the environment.
    Is(&'static str),
    /// Worked out at start; the words say how.
    Computed(&'static str),
    /// Nothing.
    Nothing,
    /// It must be set as soon as another setting of its table is.
    Required,
}

impl Key {
    /// A setting without a short variable and without a flag.
    pub const fn new(path: &'static str, kind: Kind, preset: Preset, about: &'static str) -> Self {
        Self { path, kind, preset, alias: None, flag: None, about }
    }

    /// The same, with a short environment variable.
    pub const fn alias(mut self, variable: &'static str) -> Self {
        self.alias = Some(variable);
        self
    }

    /// The same, with a command line flag.
    pub const fn flag(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    /// The environment variable that follows from the name: `POLITY_HTTP__LISTEN` for `http.listen`.
    pub fn variable(&self) -> String {
        format!("POLITY_{}", self.path.replace('.', "__").to_ascii_uppercase())
    }

    /// The table that must be mentioned for this setting to exist at all: `mail.smtp` for `mail.smtp.host`.
    pub fn optional_table(&self) -> Option<&'static str> {
        self.path.rfind('.').map(|end| &self.path[..end]).filter(|table| table.contains('.'))
    }
}

impl Kind {
    /// What the reference calls the type.
    pub fn name(&self) -> String {
        match self {
            Self::Number(..) => "number".to_owned(),
            Self::Choice(_) => "choice".to_owned(),
            Self::Text(rule) => rule.name.to_owned(),
            Self::List(rule) => format!("list of {}s", rule.name),
            Self::Secret(rule) => format!("{}, secret", rule.name),
        }
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match self {
            Self::Number(low, high) => format!("a whole number from {low} to {high}"),
            Self::Choice(words) => {
                format!(
                    "one of {}",
                    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
                )
            }
            Self::Text(rule) | Self::Secret(rule) => rule.allowed.to_owned(),
            Self::List(rule) => format!("a list, each item {}", rule.allowed),
        }
    }

    /// Whether the value must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret(_))
    }

    /// The value as the section's field reads it, when it is allowed.
    pub fn read(&self, value: &Value) -> Option<Value> {
        match self {
            Self::Number(low, high) => {
                let number = match value {
                    Value::String(_, text) => text.trim().parse::<u64>().ok()?,
                    Value::Num(..) => u64::try_from(value.to_i128()?).ok()?,
                    _ => return None,
                };
                (*low..=*high).contains(&number).then(|| Value::from(number))
            }
            Self::Choice(words) => {
                let word = value.as_str()?.trim();
                words.contains(&word).then(|| Value::from(word))
            }
            Self::Text(rule) => (rule.read)(value.as_str()?.trim()).map(Value::from),
            Self::Secret(rule) => (rule.read)(value.as_str()?).map(Value::from),
            Self::List(rule) => {
                let items = match value {
                    Value::String(_, text) => {
                        text.split(',').map(str::trim).map(rule.read).collect::<Option<Vec<_>>>()
                    }
                    Value::Array(_, items) => items.iter().map(|item| (rule.read)(item.as_str()?)).collect(),
                    _ => None,
                };
                items.map(Value::from)
            }
        }
    }

    /// The default's text as a value. Unlike a text from outside, the empty text is an empty list.
    pub fn read_preset(&self, text: &str) -> Option<Value> {
        match self {
            Self::List(_) if text.is_empty() => Some(Value::from(Vec::<String>::new())),
            _ => self.read(&Value::from(text)),
        }
    }
}
