//! What a list may be asked for: `filter` in the language of AIP-160 and `order_by` of AIP-132.
//!
//! A filter passes two stages. [`parse`] reads the text into an [`Expr`] and knows no fields.
//! [`resolve`] holds that tree against a resource's [`Fields`], an allow-list, and gives every
//! comparison its type. What comes out, a [`Resolved`], is all that a store needs to build SQL with
//! bound parameters, and [`Resolved::matches`] answers the same question in memory.
//! [`read_filter`] is both stages in one.
//!
//! # The language
//! `OR` binds tighter than `AND`, and parts that stand side by side are joined like `AND`, so
//! `a b OR c AND d` means `a AND (b OR c) AND d`. Keywords are upper case. `NOT` takes a space
//! behind it, `-` takes none. In a quoted string and in a bare word alike `*` is a wildcard, and a
//! backslash takes the meaning from `*`, `"`, `'` or itself. Behind a comparator a bare word may hold
//! `:` and `.`, so that times need no quotes. A comparator also takes several values in parentheses:
//! `state = (ACTIVE OR SUSPENDED)`; in there `-` negates, so a negative number wants quotes. Functions
//! are read, then refused: there are none. [`MAX_BYTES`], [`MAX_DEPTH`] and [`MAX_TERMS`] bound a
//! filter, and the parser reads it once, from left to right.
//!
//! # What a comparison means
//! Logic has two values: a comparison is true or false, never unknown, and `NOT` inverts it.
//!
//! | on a value that is missing | |
//! |---|---|
//! | `=`, `:`, `<`, `<=`, `>`, `>=` | false |
//! | `!=` | true: it is `NOT =`, always |
//!
//! So SQL must not let `NULL` through: `a != 'x'` is `a IS NULL OR a <> 'x'`, and `NOT` goes around
//! something that is never `NULL`.
//!
//! - Text is equal when every character is. With wildcards, the pattern covers the whole text.
//! - `:` on text asks for a part of it, in either case. Folded text ([`Kind::TextFolded`]) ignores case
//!   in every comparison.
//! - Ignoring case means [`fold`]: each character's lower case in Unicode, by itself. Databases
//!   disagree about case, so a store compares with text folded by this function and kept beside the
//!   original, and never with its own `lower()`. SQLite's `LIKE` ignores ASCII case unless told not
//!   to, so patterns on text that is not folded want `GLOB` or `case_sensitive_like` there.
//! - Text is ordered by its bytes in UTF-8 (`BINARY` in SQLite, `COLLATE "C"` in PostgreSQL).
//! - `field:*` asks whether there is a value, `labels:key` and `labels.key:*` whether there is the key,
//!   `labels:*` whether there is any. Text that is empty is still a value.
//! - A value alone is looked for like `search:value`, where the resource has a [`Kind::Search`] field.

mod evaluate;
mod fields;
mod filter;
#[cfg(test)]
mod fuzz;
mod lexer;
mod order;
mod parser;
mod pattern;
mod resolve;
mod work;

pub use evaluate::{Fact, Record};
pub use fields::{Field, Fields, Kind};
pub use filter::{
    Argument, Call, Comparator, Expr, FilterError, Literal, MAX_BYTES, MAX_DEPTH, MAX_TERMS, Member,
    Restriction, Subject,
};
pub use order::{MAX_ORDER_BYTES, OrderBy, OrderError, parse_order};
pub use parser::parse;
pub use pattern::{Piece, TextPattern, fold};
pub use resolve::{Resolved, Value, resolve};

/// Reads a filter and types it: [`parse`], then [`resolve`]. A blank filter is `None`.
pub fn read_filter(text: &str, fields: &Fields) -> Result<Option<Resolved>, FilterError> {
    parse(text)?.map(|expr| resolve(&expr, fields)).transpose()
}
