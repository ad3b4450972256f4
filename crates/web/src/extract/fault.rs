//! Why input could not be read into a type, kept as a code and a sentence without the value itself:
//! a password in the wrong place must not come back in an answer.

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

/// What every typed id says of a wrong one (see `polity_domain::ids::InvalidId`).
const ID_SENTENCE: &str = "must be an id of the form";

/// Why input could not be read.
#[derive(Debug)]
pub(super) struct Fault {
    /// Stable, snake_case.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
    /// The field of the innermost object that it is about, when the path does not hold it yet.
    pub field: Option<String>,
}

impl Fault {
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), field: None }
    }

    fn about(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }
}

impl Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}

fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn kind(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number with a fraction, or out of range",
        Unexpected::Str(_) | Unexpected::Char(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "an array",
        Unexpected::Map | Unexpected::StructVariant => "an object",
        _ => "something else",
    }
}

impl Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        let detail = message.to_string();
        let code = if detail.starts_with(ID_SENTENCE) { "invalid_id" } else { "invalid_value" };
        Self::new(code, detail)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new("invalid_type", format!("must be {expected}, not {}", kind(&unexpected)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new("invalid_value", format!("must be {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new("invalid_value", format!("must be {expected}, not of length {length}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new("invalid_value", format!("must be one of {}", one_of(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let detail = match expected {
            [] => "there are no fields here".to_owned(),
            names => format!("there is no such field here; there are {}", one_of(names)),
        };
        Self::new("unknown_field", detail).about(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("missing_field", "is required").about(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new("invalid_value", "is given twice").about(field)
    }
}
