//! JSON pointers (RFC 6901).

use serde_path_to_error::{Path, Segment};

/// Appends one step to a pointer.
pub(super) fn push(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// One step by itself.
pub(super) fn step(name: &str) -> String {
    let mut pointer = String::new();
    push(&mut pointer, name);
    pointer
}

/// A path as serde saw it.
pub(super) fn of_path(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// A path as garde saw it. Raw identifiers (`r#type`) lose their mark.
pub(super) fn of_rule(path: &garde::Path) -> String {
    let mut steps: Vec<&str> = path.__iter().map(|(_, step)| step.as_str()).collect();
    steps.reverse();
    let mut pointer = String::new();
    for step in steps.into_iter().filter(|step| !step.is_empty()) {
        push(&mut pointer, step.strip_prefix("r#").unwrap_or(step));
    }
    pointer
}
