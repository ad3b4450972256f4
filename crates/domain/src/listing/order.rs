//! The order of a list, in the language of AIP-132: `display_name,create_time desc`.

/// The longest `order_by` that is read, in bytes.
pub const MAX_ORDER_BYTES: usize = 512;

/// One step of an order: what to sort by where all steps before it are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OrderBy {
    /// The field, as the list of allowed ones names it.
    pub field: &'static str,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Why an `order_by` was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {detail}")]
pub struct OrderError {
    /// Where the step that is wrong begins: the character's number, from 1.
    pub column: usize,
    /// What is wrong, in words for whoever wrote it.
    pub detail: String,
}

/// Reads an order, of which every field must be `allowed` and stand once. A blank one has no steps.
///
/// It is no total order: whoever sorts appends the id as the last step.
pub fn parse_order(text: &str, allowed: &'static [&'static str]) -> Result<Vec<OrderBy>, OrderError> {
    if text.len() > MAX_ORDER_BYTES {
        let detail = format!("an order has at most {MAX_ORDER_BYTES} bytes");
        return Err(OrderError { column: 1, detail });
    }
    let mut steps: Vec<OrderBy> = Vec::new();
    if text.trim().is_empty() {
        return Ok(steps);
    }
    let mut column = 1;
    for written in text.split(',') {
        let indent = written.chars().take_while(|character| character.is_whitespace()).count();
        let error = |detail| OrderError { column: column + indent, detail };
        let step = parse_step(written, allowed).map_err(error)?;
        if steps.iter().any(|earlier| earlier.field == step.field) {
            return Err(error(format!("'{}' stands twice", step.field)));
        }
        steps.push(step);
        column += written.chars().count() + 1;
    }
    Ok(steps)
}

fn parse_step(written: &str, allowed: &'static [&'static str]) -> Result<OrderBy, String> {
    let mut words = written.split_whitespace();
    let names = || allowed.join(", ");
    let name = words.next().ok_or_else(|| format!("a field is missing; fields are {}", names()))?;
    let field = allowed
        .iter()
        .find(|candidate| **candidate == name)
        .ok_or_else(|| format!("cannot sort by {}; fields are {}", super::lexer::quote(name), names()))?;
    let descending = match (words.next(), words.next()) {
        (None | Some("asc"), None) => false,
        (Some("desc"), None) => true,
        _ => return Err(format!("'{field}' may be followed by asc or desc only")),
    };
    Ok(OrderBy { field, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["display_name", "create_time"];

    fn refusal(text: &str) -> String {
        parse_order(text, ALLOWED).unwrap_err().to_string()
    }

    #[test]
    fn steps_are_read_with_any_space() {
        let expected = [
            OrderBy { field: "display_name", descending: false },
            OrderBy { field: "create_time", descending: true },
        ];
        for text in ["display_name,create_time desc", "  display_name  asc ,\tcreate_time   desc "] {
            assert_eq!(parse_order(text, ALLOWED).unwrap(), expected);
        }
        assert_eq!(parse_order("  ", ALLOWED).unwrap(), []);
    }

    #[test]
    fn what_is_not_allowed_is_refused_by_name() {
        let fields = "fields are display_name, create_time";
        assert_eq!(refusal("secret"), format!("column 1: cannot sort by 'secret'; {fields}"));
        assert_eq!(
            refusal("create_time; DROP"),
            format!("column 1: cannot sort by 'create_time;'; {fields}")
        );
        assert_eq!(refusal("create_time,"), format!("column 13: a field is missing; {fields}"));
    }

    #[test]
    fn a_field_stands_once() {
        assert_eq!(refusal("create_time, create_time desc"), "column 14: 'create_time' stands twice");
    }

    #[test]
    fn only_asc_and_desc_may_follow() {
        let expected = "column 1: 'create_time' may be followed by asc or desc only";
        for text in ["create_time down", "create_time desc desc", "create_time DESC"] {
            assert_eq!(refusal(text), expected);
        }
    }

    #[test]
    fn a_long_order_is_refused() {
        assert_eq!(refusal(&" ".repeat(513)), "column 1: an order has at most 512 bytes");
    }
}
