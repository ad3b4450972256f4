//! Cursors of what stands in no table.

use super::{Cursor, Key};

impl Cursor {
    /// Where a page of something ended that stands in no table, and is listed by one text.
    pub fn at_text(text: impl Into<String>) -> Self {
        Self(vec![Key::Text(text.into())])
    }

    /// That text, if this is such a cursor.
    pub fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Key::Text(text)] => Some(text),
            _ => None,
        }
    }
}
