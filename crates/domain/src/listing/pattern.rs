//! Text with wildcards, kept apart so that nothing in it can be mistaken for the other.

use super::work;

/// A part of a [`TextPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters, one for one. `%`, `_` and `*` mean themselves here.
    Literal(String),
    /// Any text, also none: an unescaped `*`.
    Any,
}

/// A text to compare with, in which some places may hold anything.
///
/// No two neighbours are of the same sort and no literal is empty, so a pattern without wildcards has
/// one piece, or none if it is the empty text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextPattern {
    pieces: Vec<Piece>,
}

impl TextPattern {
    /// The pattern that is this very text.
    pub fn exactly(text: &str) -> Self {
        std::iter::once(Piece::Literal(text.to_owned())).collect()
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if there is no wildcard in it.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether every text fits: the pattern is `*` and nothing else.
    pub fn is_any(&self) -> bool {
        self.pieces == [Piece::Any]
    }

    /// The same pattern, [folded](fold).
    pub fn folded(&self) -> Self {
        let fold_piece = |piece: &Piece| match piece {
            Piece::Literal(text) => Piece::Literal(fold(text)),
            Piece::Any => Piece::Any,
        };
        self.pieces.iter().map(fold_piece).collect()
    }

    /// The pattern of every text that has this one somewhere in it.
    pub fn contained(self) -> Self {
        std::iter::once(Piece::Any).chain(self.pieces).chain([Piece::Any]).collect()
    }

    /// Whether the pattern covers the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        if let Some(literal) = self.literal() {
            return literal == text;
        }
        let mut rest = text;
        let last = self.pieces.len() - 1;
        for (index, piece) in self.pieces.iter().enumerate() {
            let Piece::Literal(literal) = piece else { continue };
            let after = if index == 0 {
                rest.strip_prefix(literal.as_str())
            } else if index == last {
                rest.strip_suffix(literal.as_str())
            } else {
                // The leftmost place is as good as any: it leaves the most for what follows.
                rest.split_once(literal.as_str()).map(|(_, after)| after)
            };
            match after {
                Some(after) => rest = after,
                None => return false,
            }
        }
        true
    }

    /// Appends a character that means itself.
    pub(super) fn push(&mut self, character: char) {
        work::step();
        if let Some(Piece::Literal(text)) = self.pieces.last_mut() {
            text.push(character);
        } else {
            self.pieces.push(Piece::Literal(character.to_string()));
        }
    }

    /// Appends a wildcard; several in a row are one.
    pub(super) fn push_any(&mut self) {
        if self.pieces.last() != Some(&Piece::Any) {
            self.pieces.push(Piece::Any);
        }
    }
}

impl FromIterator<Piece> for TextPattern {
    fn from_iter<I: IntoIterator<Item = Piece>>(pieces: I) -> Self {
        let mut pattern = Self::default();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => text.chars().for_each(|character| pattern.push(character)),
                Piece::Any => pattern.push_any(),
            }
        }
        pattern
    }
}

/// Text with its case taken away: each character's lower case in Unicode, whatever stands around it.
///
/// Unlike [`str::to_lowercase`], which writes a Greek sigma differently at the end of a word, this
/// keeps parts parts: if a text contains another, then so do their folded forms.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> TextPattern {
        let mut pattern = TextPattern::default();
        for character in text.chars() {
            if character == '*' { pattern.push_any() } else { pattern.push(character) }
        }
        pattern
    }

    #[test]
    fn wildcards_cover_prefix_suffix_and_infix() {
        assert!(pattern("ab*").matches("abc"));
        assert!(pattern("*bc").matches("abc"));
        assert!(pattern("a*c").matches("ac"));
        assert!(pattern("*b*").matches("abc"));
        assert!(pattern("*a*b*").matches("xaxbx"));
        assert!(pattern("*").matches(""));
        assert!(pattern("").matches(""));
    }

    #[test]
    fn a_pattern_covers_the_whole_text() {
        assert!(!pattern("ab").matches("abc"));
        assert!(!pattern("*b").matches("abc"));
        assert!(!pattern("b*").matches("abc"));
        assert!(!pattern("a*a").matches("a"));
        assert!(!pattern("*b*a*").matches("ab"));
        assert!(!pattern("").matches("a"));
    }

    #[test]
    fn folding_keeps_parts_parts() {
        assert_eq!(fold("ΟΔΟΣ"), "οδοσ");
        assert!(pattern("ΟΔΟΣ").folded().contained().matches(&fold("ΟΔΟΣΑ")));
    }

    #[test]
    fn neighbours_are_joined() {
        let pieces = ["a", "", "b"].map(|text| Piece::Literal(text.to_owned()));
        let pattern: TextPattern = pieces.into_iter().chain([Piece::Any, Piece::Any]).collect();
        assert_eq!(pattern.pieces(), [Piece::Literal("ab".to_owned()), Piece::Any]);
    }
}
