//! Texts that have broken other people's filters.

use super::dice::Dice;

/// What people could call something.
const TITLES: &[&str] = &[
    "Sales",
    "sales",
    "SALES",
    "Sales 100%",
    "100%",
    "a_b",
    "a%b",
    "aXb",
    "a\\b",
    "\\",
    "\\\\",
    "%",
    "_",
    "*",
    "?",
    "a*b",
    "[abc]",
    "[^a]",
    "a",
    "b",
    "]",
    "^",
    "it's",
    "''",
    "\"quoted\"",
    "ΟΔΟΣ",
    "οδος",
    "οδοσ",
    "Straße",
    "STRASSE",
    "straſſe",
    "İstanbul",
    "istanbul",
    "ıI",
    "\u{212a}elvin",
    "kelvin",
    "ÅÄÖ",
    "åäö",
    "e\u{301}",
    "é",
    "É",
    "日本語",
    "😀 smile",
    "\u{10ffff}",
    "\u{ffff}",
    "\u{e000}",
    "ﬁ",
    "Ǆ",
    "ǅ",
    "ǆ",
    " lead",
    "trail ",
    "two  spaces",
    "tab\there",
    "line\nbreak",
    "NULL",
    "null",
    "'; DROP TABLE members; --",
    "$1",
    "?1",
    ":a",
    "@a",
    "~",
    "z",
    "Z",
    "a-b",
    "a.b",
    "AND",
    "OR",
    "NOT a",
    "-a",
    "(",
    ")",
    "1",
    "01",
    "-1",
    "1e3",
    "true",
    "2026-01-31T12:00:00Z",
    "\u{7f}",
    "{}",
    "[]",
    "ann@example.com",
];

/// What a customer's own id could be: visible ASCII.
const PLAIN: &[&str] = &[
    "a", "A", "b", "ab", "AB", "a_b", "a%b", "aXb", "a\\b", "\\", "%", "_", "*", "?", "[a]", "[^a]", "a*b",
    "it's", "\"", "~", "-", "0", "01", "1", "NULL", "a.b.c", "Z", "z", "zz", "'--", "$1", "10.0.0.1", "::1",
    "/v1/{id}",
];

/// A title.
pub fn title(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => format!("{}{}", dice.one(TITLES), dice.one(TITLES)),
        1 => format!("{} {}", dice.one(TITLES), dice.below(4)),
        _ => dice.one(TITLES).to_owned(),
    }
}

/// Visible ASCII.
pub fn plain(dice: &mut Dice) -> String {
    if dice.chance(4) {
        format!("{}{}", dice.one(PLAIN), dice.one(PLAIN))
    } else {
        dice.one(PLAIN).to_owned()
    }
}

/// A slug, or a word of that form.
pub fn word(dice: &mut Dice) -> String {
    dice.one(&["a", "ab", "b-1", "sales", "sales-2", "z9", "zz"]).to_owned()
}

/// The value of a label.
pub fn label(dice: &mut Dice) -> String {
    dice.one(&["", "prod", "Prod", "PROD", "a_b", "aXb", "a.b", "1", "z", "Z"]).to_owned()
}

/// Keys that labels have.
pub const KEYS: &[&str] = &["env", "Env", "team", "a.b", "example.com/role", "null", "0"];

/// Keys that a filter may name all the same.
pub const STRANGE_KEYS: &[&str] =
    &["a\"b", "a\\b", "\\", "\"", "$", "[0]", "#-1", "é", "x y", "env.x", "'", "a", "*"];
