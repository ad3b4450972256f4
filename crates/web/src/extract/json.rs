//! JSON into a type: plain text at once, and all else in two steps: text into a tree (no key twice, no NUL,
//! bounded depth), and the tree into the type (no array where an object is wanted), so that both know where
//! they are.

mod plain;
mod strict;
mod tree;

use garde::Validate;
use polity_app::error::FieldError;
use serde::de::DeserializeOwned;
use tree::Tree;

use super::pointer;
use crate::problem::Problem;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 32;

/// Reads a JSON object into a type and holds it to the type's rules.
pub fn parse<T>(bytes: &[u8]) -> Result<T, Problem>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::bad_request("invalid_json", "The body is not UTF-8."))?;
    // What is wrong is found out by the tree: to know where one is costs more than to read.
    let value = match plain::read(text) {
        Some(value) => value,
        None => typed(&read(text)?)?,
    };
    validated(value)
}

fn read(text: &str) -> Result<Tree<'_>, Problem> {
    if text.trim_ascii().is_empty() {
        return Err(Problem::bad_request("invalid_json", "The body is empty; it must be a JSON object."));
    }
    let tree = tree::read(text)?;
    match tree {
        Tree::Object(_) => Ok(tree),
        _ => Err(Problem::field("", "invalid_type", "must be a JSON object")),
    }
}

fn typed<T: DeserializeOwned>(tree: &Tree<'_>) -> Result<T, Problem> {
    serde_path_to_error::deserialize(strict::Strict(tree)).map_err(|error| {
        let mut field = pointer::of_path(error.path());
        let fault = error.into_inner();
        let step = fault.field.as_deref().map(pointer::step).unwrap_or_default();
        // serde has stepped onto an unknown field already, but not onto a missing one.
        if fault.code != "unknown_field" || !field.ends_with(&step) {
            field.push_str(&step);
        }
        Problem::field(field, fault.code, fault.detail)
    })
}

fn validated<T: Validate<Context = ()>>(value: T) -> Result<T, Problem> {
    match value.validate() {
        Ok(()) => Ok(value),
        Err(report) => Err(Problem::fields(report.iter().map(field_error).collect())),
    }
}

fn field_error((path, error): &(garde::Path, garde::Error)) -> FieldError {
    let message = error.message();
    // The wording of garde's `required`.
    let code = if message == "not set" { "missing_field" } else { "invalid_value" };
    FieldError { field: pointer::of_rule(path), code, detail: message.to_owned() }
}
