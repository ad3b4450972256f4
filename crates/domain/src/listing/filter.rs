//! What a filter says: its tree, its errors and its bounds.

use std::fmt::{self, Display};

use super::pattern::{Piece, TextPattern};

/// The longest filter that is read, in bytes.
pub const MAX_BYTES: usize = 4096;
/// How deep parentheses, negations and functions may be nested in each other.
pub const MAX_DEPTH: usize = 32;
/// How many restrictions, values and arguments a filter may hold.
pub const MAX_TERMS: usize = 256;

/// The words that cannot stand for a value unless they are quoted.
pub(super) const KEYWORDS: [&str; 3] = ["AND", "OR", "NOT"];

/// Why a filter was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {detail}")]
pub struct FilterError {
    /// Where it went wrong: the character's number, from 1.
    pub column: usize,
    /// What is wrong, in words for whoever wrote the filter.
    pub detail: String,
}

impl FilterError {
    /// An error at this column.
    pub(super) fn at(column: usize, detail: impl Into<String>) -> Self {
        Self { column, detail: detail.into() }
    }
}

/// A filter as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// All of them: joined by `AND` or standing side by side. At least two.
    And(Vec<Self>),
    /// Any of them. At least two.
    Or(Vec<Self>),
    /// Not that: `NOT` or `-`.
    Not(Box<Self>),
    /// A value alone, to be searched for.
    Literal(Literal),
    /// A function alone.
    Call(Call),
    /// A comparison.
    Restriction(Restriction),
}

/// A comparison: `title = "Sales"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// What is compared.
    pub subject: Subject,
    /// How.
    pub comparator: Comparator,
    /// With what.
    pub argument: Argument,
}

/// The left side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A field, or a key of one.
    Member(Member),
    /// A function's result.
    Call(Call),
}

/// The right side of a comparison, or what is handed to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// One value.
    Literal(Literal),
    /// Values joined by logic: `(ACTIVE OR SUSPENDED)`. Behind a comparator it holds no comparison.
    Group(Box<Expr>),
    /// A function's result.
    Call(Call),
}

/// The name of a field: `labels.env`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What the dots separate; at least one.
    pub path: Vec<String>,
    /// Where it begins.
    pub column: usize,
}

/// A value, bare or quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its text, escapes undone and wildcards marked.
    pub pattern: TextPattern,
    /// Where it begins.
    pub column: usize,
}

/// A function with its arguments: `cohort(request.user)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name, dots included.
    pub name: String,
    /// What is handed to it.
    pub arguments: Vec<Argument>,
    /// Where it begins.
    pub column: usize,
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `:`
    Has,
}

impl Comparator {
    /// All of them, those first that another one begins.
    pub(super) const LONGEST_FIRST: [Self; 7] = [
        Self::LessOrEqual,
        Self::GreaterOrEqual,
        Self::NotEqual,
        Self::Equal,
        Self::Less,
        Self::Greater,
        Self::Has,
    ];

    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Has => ":",
        }
    }
}

impl Display for Comparator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.symbol())
    }
}

impl Display for Expr {
    /// The filter in one normal form, whatever its spaces, quotes and needless parentheses were. It
    /// reads back as the same tree.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => write_joined(formatter, parts, " AND ", |part| matches!(part, Self::And(_))),
            Self::Or(parts) => write_joined(formatter, parts, " OR ", Self::is_compound),
            Self::Not(inner) => {
                formatter.write_str("NOT ")?;
                write_part(formatter, inner, inner.is_compound())
            }
            Self::Literal(literal) => literal.fmt(formatter),
            Self::Call(call) => call.fmt(formatter),
            Self::Restriction(restriction) => restriction.fmt(formatter),
        }
    }
}

impl Expr {
    fn is_compound(&self) -> bool {
        matches!(self, Self::And(_) | Self::Or(_))
    }
}

fn write_joined(
    formatter: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    joint: &str,
    wants_parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(joint)?;
        }
        write_part(formatter, part, wants_parentheses(part))?;
    }
    Ok(())
}

fn write_part(formatter: &mut fmt::Formatter<'_>, part: &Expr, parentheses: bool) -> fmt::Result {
    if parentheses { write!(formatter, "({part})") } else { part.fmt(formatter) }
}

impl Display for Restriction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.subject, self.comparator, self.argument)
    }
}

impl Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => member.fmt(formatter),
            Self::Call(call) => call.fmt(formatter),
        }
    }
}

impl Display for Argument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(literal) => literal.fmt(formatter),
            Self::Group(expr) => write!(formatter, "({expr})"),
            Self::Call(call) => call.fmt(formatter),
        }
    }
}

impl Display for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.path.iter().enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            write_text(formatter, &TextPattern::exactly(name))?;
        }
        Ok(())
    }
}

impl Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(formatter, &self.pattern)
    }
}

impl Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}(", self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(formatter, "{comma}{argument}")?;
        }
        formatter.write_str(")")
    }
}

/// Writes a text bare where that cannot be misread, else quoted.
fn write_text(formatter: &mut fmt::Formatter<'_>, pattern: &TextPattern) -> fmt::Result {
    let quote = if is_plain(pattern) { "" } else { "\"" };
    formatter.write_str(quote)?;
    for piece in pattern.pieces() {
        match piece {
            Piece::Any => formatter.write_str("*")?,
            Piece::Literal(text) => write_escaped(formatter, text)?,
        }
    }
    formatter.write_str(quote)
}

fn write_escaped(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for character in text.chars() {
        if matches!(character, '\\' | '"' | '*') {
            formatter.write_str("\\")?;
        }
        write!(formatter, "{character}")?;
    }
    Ok(())
}

fn is_plain(pattern: &TextPattern) -> bool {
    let plain =
        |text: &str| text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    let pieces = pattern.pieces();
    !pieces.is_empty()
        && pieces.iter().all(|piece| match piece {
            Piece::Any => true,
            Piece::Literal(text) => plain(text) && !KEYWORDS.contains(&text.as_str()),
        })
}

#[cfg(test)]
mod tests {
    use crate::listing::parse;

    fn normal(text: &str) -> String {
        parse(text).unwrap().unwrap().to_string()
    }

    #[test]
    fn the_normal_form_drops_what_has_no_meaning() {
        assert_eq!(normal(" ( a  =1 ) AND  ((b))"), "a = 1 AND b");
        assert_eq!(normal("-(a b) OR 'NOT'"), "NOT (a AND b) OR \"NOT\"");
        assert_eq!(normal(r#"a : 'it\'s \* "so" *'"#), r#"a : "it's \* \"so\" *""#);
        assert_eq!(normal("f( a.b,(c) )=1"), "f(\"a.b\", (c)) = 1");
    }
}
