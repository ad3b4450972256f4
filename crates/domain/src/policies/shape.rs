//! The outer shape of a text, before Cedar's parser sees it: that one walks down as deep as brackets stand in one
//! another, and a stack has an end. Without a bound, sixty brackets end the process (measured, unoptimised, with 2 MiB).

use super::{InvalidText, MOST_BYTES, MOST_CONDITION_BYTES};

/// How deep brackets may stand in one another.
const DEEPEST: usize = 16;
/// How many choices (`if … then … else …`) there may be: each stands in the one before.
const MOST_CHOICES: usize = 16;
/// How many operators (`a && b && …`): each makes the expression a level deeper.
const MOST_OPERATORS: usize = 64;
/// How many steps from a thing to what it has (`a.b.c`).
const MOST_DOTS: usize = 400;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Statements,
    Expression,
}

/// Refuses statements that are too long or too deep.
pub(super) fn check(text: &str) -> Result<(), InvalidText> {
    check_sort(text, Sort::Statements, MOST_BYTES)
}

/// Refuses an expression that is too long or too deep, or more than one.
pub(super) fn check_expression(text: &str) -> Result<(), InvalidText> {
    check_sort(text, Sort::Expression, MOST_CONDITION_BYTES)
}

fn check_sort(text: &str, sort: Sort, most_bytes: usize) -> Result<(), InvalidText> {
    let refuse =
        |at: Option<usize>, detail: String| Err(InvalidText { at: at.map(|at| place(text, at)), detail });
    if text.len() > most_bytes {
        return refuse(None, format!("must have at most {most_bytes} bytes"));
    }
    if let Some((at, _)) = text.char_indices().find(|(_, found)| found.is_control() && !found.is_whitespace())
    {
        return refuse(Some(at), "holds a control character".to_owned());
    }
    let (mut depth, mut choices, mut operators, mut dots) = (0_usize, 0, 0, 0);
    let (mut word, mut quoted, mut escaped, mut comment) = (0, false, false, false);
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().copied().enumerate() {
        if comment {
            // As Cedar's grammar has it.
            comment = byte != b'\n' && byte != b'\r';
            continue;
        }
        if quoted {
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        let in_word = byte.is_ascii_alphanumeric() || byte == b'_';
        if !in_word {
            if bytes.get(word..at) == Some(b"if") {
                choices += 1;
            }
            word = at + 1;
        }
        match byte {
            b'"' => quoted = true,
            b'/' => comment = bytes.get(at + 1) == Some(&b'/'),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'*' | b'!' => operators += 1,
            // Of two that belong together the second one counts.
            b'&' | b'|' if at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&byte) => {
                operators += 1;
            }
            b'.' => dots += 1,
            b';' if sort == Sort::Expression => {
                return refuse(Some(at), "must be one expression: a `;` ends statements".to_owned());
            }
            // They count in one statement.
            b';' => (choices, operators, dots) = (0, 0, 0),
            _ => {}
        }
        if depth > DEEPEST {
            return refuse(Some(at), format!("brackets stand more than {DEEPEST} deep in one another"));
        }
        if choices > MOST_CHOICES {
            return refuse(Some(at), format!("a statement can have at most {MOST_CHOICES} `if`"));
        }
        if operators > MOST_OPERATORS || dots > MOST_DOTS {
            let detail =
                format!("a statement can have at most {MOST_OPERATORS} operators; use a set, or several");
            return refuse(Some(at), detail);
        }
    }
    Ok(())
}

/// Line and column of a byte, from 1.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(condition: &str) -> String {
        format!("forbid (principal, action, resource) when {{ {condition} }};")
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_refused_where_it_is() {
        let deep = when(&format!("{}true{}", "(".repeat(16), ")".repeat(16)));
        assert_eq!(check(&deep).unwrap_err().at, Some((1, deep.find("(true").unwrap() + 1)));
        assert!(check(&when(&"if true then true else ".repeat(17))).is_err());
        assert!(check(&when(&format!("true{}", " && true".repeat(65)))).is_err());
        assert!(check(&when(&format!("1{} == 2", " + 1".repeat(65)))).is_err());
        assert!(check(&when(&format!("a{}", ".a".repeat(500)))).is_err());
        assert!(check(&" ".repeat(MOST_BYTES + 1)).is_err());
        assert_eq!(check("forbid\n \u{7}").unwrap_err().at, Some((2, 2)));
    }

    #[test]
    fn texts_and_comments_hold_what_they_like() {
        let many = "((((((((((((((((((((((((((((((((((((((((";
        assert_eq!(check(&when(&format!("\"{many}\\\"{many}\" == \"x\""))), Ok(()));
        assert_eq!(check(&format!("// {many}\n{}", when("true"))), Ok(()));
        assert_eq!(
            check(&when("\"if\" == \"//\"").repeat(60)),
            Ok(()),
            "each statement is counted by itself"
        );
        assert!(check(&format!("\"\\\\\" {many}")).is_err(), "an escaped backslash ends no escape");
        assert!(check(&format!("// x\r{many}")).is_err(), "a comment ends where Cedar ends it");
    }
}
