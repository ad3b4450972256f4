//! Values that must not be seen: passwords, keys, addresses with a password inside.

use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

/// A text that is never printed. It has no `Serialize` and no `Display`, its `Debug` shows nothing of it, and
/// its memory is wiped when it is dropped. [`Secret::expose`] is the one way to read it, so a search finds
/// every reader.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
