//! Reads characters into words, strings and signs, and remembers the column.

use super::filter::{Comparator, FilterError};
use super::pattern::TextPattern;
use super::work;

/// How much of an offending text an error repeats.
const SHOWN_CHARACTERS: usize = 40;

/// Where a word stands, which decides what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before a comparator: `.` and `:` end it.
    Name,
    /// Behind a comparator: times, addresses and file names hold `.` and `:`.
    Value,
}

/// A place in the text. Copying one remembers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a str,
    column: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of `text`.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text, column: 1 }
    }

    /// The number of the next character, from 1.
    pub(super) const fn column(&self) -> usize {
        self.column
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        work::step();
        self.rest.chars().next()
    }

    /// Steps over the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        work::step();
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        self.column += 1;
        Some(next)
    }

    /// Steps over the next character if it is this one.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.bump();
        }
        found
    }

    /// Steps over space, if there is any.
    pub(super) fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.bump();
        }
    }

    /// Steps over a comparator, if one comes next.
    pub(super) fn comparator(&mut self) -> Option<Comparator> {
        let found = Comparator::LONGEST_FIRST
            .into_iter()
            .find(|candidate| self.rest.starts_with(candidate.symbol()))?;
        for _ in found.symbol().chars() {
            self.bump();
        }
        Some(found)
    }

    /// Whether this keyword comes next, and not just a word that begins like it.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        work::step();
        self.rest.strip_prefix(keyword).is_some_and(|rest| ends_word(rest, Place::Name))
    }

    /// Steps over a keyword that [`Cursor::at_keyword`] has seen, and the space that must follow.
    pub(super) fn keyword(&mut self, keyword: &str) -> Result<(), FilterError> {
        for _ in keyword.chars() {
            self.bump();
        }
        if self.peek().is_some_and(|next| !next.is_whitespace()) {
            let detail = format!("'{keyword}' must have a space after it; quote it to search for the word");
            return Err(FilterError::at(self.column, detail));
        }
        self.skip_space();
        Ok(())
    }

    /// Reads a string, bare or quoted. Nothing is read where a sign stands: the answer is `None`.
    pub(super) fn text(&mut self, place: Place) -> Result<Option<TextPattern>, FilterError> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote).map(Some),
            _ => self.word(place),
        }
    }

    fn word(&mut self, place: Place) -> Result<Option<TextPattern>, FilterError> {
        if ends_word(self.rest, place) {
            return Ok(None);
        }
        let mut pattern = TextPattern::default();
        while !ends_word(self.rest, place) {
            self.character(&mut pattern)?;
        }
        Ok(Some(pattern))
    }

    fn quoted(&mut self, quote: char) -> Result<TextPattern, FilterError> {
        let opening = self.column;
        self.bump();
        let mut pattern = TextPattern::default();
        while !self.take(quote) {
            if self.peek().is_none() {
                return Err(FilterError::at(opening, "the string that begins here has no closing quote"));
            }
            self.character(&mut pattern)?;
        }
        Ok(pattern)
    }

    /// Reads one character of a text, a wildcard or an escape.
    fn character(&mut self, pattern: &mut TextPattern) -> Result<(), FilterError> {
        let column = self.column;
        match self.bump() {
            Some('*') => pattern.push_any(),
            Some('\\') => match self.bump() {
                Some(escaped @ ('\\' | '*' | '"' | '\'')) => pattern.push(escaped),
                _ => return Err(FilterError::at(column, r#"a backslash goes before \, *, " or ' only"#)),
            },
            Some(character) => pattern.push(character),
            None => {}
        }
        Ok(())
    }

    /// What comes next, for an error.
    pub(super) fn found(&self) -> String {
        let word: String =
            self.rest.chars().take_while(|next| next.is_alphanumeric()).take(SHOWN_CHARACTERS).collect();
        match self.peek() {
            None => "the end of the filter".to_owned(),
            Some(sign) if word.is_empty() => format!("'{sign}'"),
            Some(_) => format!("'{word}'"),
        }
    }
}

/// Whether a word that has come this far stops here.
fn ends_word(rest: &str, place: Place) -> bool {
    work::step();
    match rest.chars().next() {
        None | Some('(' | ')' | ',' | '"' | '=' | '<' | '>') => true,
        Some('.' | ':') => place == Place::Name,
        Some('!') => rest.starts_with("!="),
        Some(other) => other.is_whitespace(),
    }
}

/// A piece of the filter in quotes, cut if it is long, for an error.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("'{}…'", &text[..end]),
        None => format!("'{text}'"),
    }
}
