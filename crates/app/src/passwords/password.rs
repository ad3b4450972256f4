//! What a password is.

use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

use crate::error::AppError;

/// The most characters of a password.
const MAX_CHARS: usize = 1024;
/// The most bytes of a password: [`MAX_CHARS`] of the longest.
const MAX_BYTES: usize = 4 * MAX_CHARS;

/// Why a password is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProblem {
    /// Stable, snake_case: `password_too_short`, `password_too_long` or `password_too_common`.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

impl PasswordProblem {
    pub(super) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// As a failure of the input's field at this JSON pointer.
    pub fn at(self, field: &str) -> AppError {
        AppError::invalid(field, self.code, self.detail)
    }
}

/// A password in clear, on its way to be hashed or verified: never printed, never serialised, and
/// overwritten when dropped.
///
/// It counts whole: nothing is trimmed, folded or cut off, and every character is allowed, also white
/// space and NUL. Only one thing is done to it, when it is set and when it is verified alike: it is
/// brought into Unicode's normal form C, so that an `é` typed on one keyboard is the `é` of another. (NIST
/// SP 800-63B allows for NFC or NFKC; NFKC would make one of different passwords, such as `²` and `2`.)
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password of 1 to 1024 characters and at most 4096 bytes. Whether it is good enough to be
    /// set is [`strength`](super::strength)'s question.
    pub fn parse(text: String) -> Result<Self, PasswordProblem> {
        let text = Zeroizing::new(text);
        if text.is_empty() {
            return Err(PasswordProblem::new("password_too_short", "A password is needed."));
        }
        if text.len() > MAX_BYTES || text.chars().count() > MAX_CHARS {
            let detail = format!("The password must have at most {MAX_CHARS} characters.");
            return Err(PasswordProblem::new("password_too_long", detail));
        }
        if is_nfc(&text) {
            return Ok(Self(text));
        }
        // In full from the start (NFC makes a text at most three times as long): a string that grows
        // leaves copies of itself behind.
        let mut normal = Zeroizing::new(String::with_capacity(3 * text.len()));
        normal.extend(text.nfc());
        Ok(Self(normal))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}
