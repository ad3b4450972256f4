//! How keys and tokens look: `pol_<kind>_<id><secret><crc32>` in base62.
//!
//! The fixed beginning and the checksum let a secret scanner recognise a leaked one offline
//! ([`SCANNER_REGEX`]), and let the service refuse a mistyped or made-up one before it asks the
//! database. The id finds the row; the secret proves the right to it, and only a keyed hash of it is
//! stored. Chance is the caller's: it hands in the id and the 32 bytes.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;
use zeroize::Zeroize;

/// The digits of base62, in the order of ASCII, so that encoded ids sort as their bytes do.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What is none of them.
const NO_DIGIT: u8 = u8::MAX;
/// What each byte is worth as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0_u8;
    while (value as usize) < ALPHABET.len() {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};
/// 62^22 is the first power of 62 to hold 16 bytes.
const ID_LENGTH: usize = 22;
/// 62^43 is the first power of 62 to hold 32 bytes.
const SECRET_LENGTH: usize = 43;
/// 62^6 is the first power of 62 to hold 4 bytes.
const CHECKSUM_LENGTH: usize = 6;
/// What every key and token begins with.
const BRAND: &str = "pol_";
/// How many characters of the id people recognise a key by.
const HINT_LENGTH: usize = 6;

/// A regular expression (in the common subset of PCRE, RE2 and POSIX ERE with `\b`) that finds keys and
/// tokens in text. A match is certain once its checksum fits: CRC-32/ISO-HDLC over the ASCII of all but
/// the last 6 characters, in base62.
pub const SCANNER_REGEX: &str = r"\bpol_(key|inv|link|rt|reg|boot)_[0-9A-Za-z]{71}\b";

/// What a token is for. It is part of the token, so that none can be used in another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// An organization's API key.
    ApiKey,
    /// The secret of an invitation's link.
    Invitation,
    /// The secret of an invite link.
    InviteLink,
    /// A session's refresh token.
    RefreshToken,
    /// The secret of the link that proves the e-mail address of a registration.
    Registration,
    /// The secret that makes the first administrator of an instance.
    Bootstrap,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::ApiKey,
        Self::Invitation,
        Self::InviteLink,
        Self::RefreshToken,
        Self::Registration,
        Self::Bootstrap,
    ];

    /// How the kind is written in a token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "key",
            Self::Invitation => "inv",
            Self::InviteLink => "link",
            Self::RefreshToken => "rt",
            Self::Registration => "reg",
            Self::Bootstrap => "boot",
        }
    }
}

/// 32 secret bytes. They are never printed or serialised, are compared in constant time, and are
/// overwritten when dropped.
#[derive(Clone)]
pub struct SecretBytes([u8; 32]);

impl SecretBytes {
    /// Takes 32 bytes drawn from a cryptographic source.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be hashed.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ConstantTimeEq for SecretBytes {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A whole key or token in writing, on its way to the one who asked for it. It can be neither printed
/// nor serialised by accident, and is overwritten when dropped.
#[derive(Clone)]
pub struct Revealed(String);

impl Revealed {
    /// The text, to be shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Revealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl Drop for Revealed {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The text is not a key or token of this service. Why, is nobody's business: the answer is the same as
/// for an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key or token of this service")]
pub struct MalformedToken;

/// A key or token, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is for.
    pub kind: TokenKind,
    /// Which one it is: no secret.
    pub id: Uuid,
    /// What proves that one holds it.
    pub secret: SecretBytes,
}

impl Token {
    /// The whole token in writing.
    pub fn format(&self) -> Revealed {
        let kind = self.kind.as_str();
        // In full from the start: a string that grows leaves copies of itself behind.
        let body = ID_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;
        let mut text = String::with_capacity(BRAND.len() + kind.len() + 1 + body);
        text.extend([BRAND, kind, "_"]);
        push_base62::<ID_LENGTH>(&mut text, *self.id.as_bytes());
        push_base62::<SECRET_LENGTH>(&mut text, self.secret.0);
        let checksum = crc32fast::hash(text.as_bytes());
        push_base62::<CHECKSUM_LENGTH>(&mut text, checksum.to_be_bytes());
        Revealed(text)
    }

    /// Reads a token. Refused, all in one way, are a wrong length, an unknown kind, a digit that is none
    /// of base62, a number too large for its bytes, and a checksum that does not fit; so each token has
    /// one spelling only.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        Self::parse_parts(text).ok_or(MalformedToken)
    }

    fn parse_parts(text: &str) -> Option<Self> {
        let (kind, body) = text.strip_prefix(BRAND)?.split_once('_')?;
        let kind = TokenKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        let (id, rest) = body.as_bytes().split_first_chunk::<ID_LENGTH>()?;
        let (secret, checksum) = rest.split_first_chunk::<SECRET_LENGTH>()?;
        let checksum: &[u8; CHECKSUM_LENGTH] = checksum.try_into().ok()?;
        let expected = crc32fast::hash(&text.as_bytes()[..text.len() - CHECKSUM_LENGTH]);
        if from_base62(checksum).map(u32::from_be_bytes) != Some(expected) {
            return None;
        }
        let id = Uuid::from_bytes(from_base62(id)?);
        Some(Self { kind, id, secret: SecretBytes::new(from_base62(secret)?) })
    }

    /// The first characters, for people to recognise it by: `pol_key_` and 6 of the id. Ids begin with
    /// the time they were made, so those of keys made within the same half minute can be the same.
    pub fn prefix(&self) -> String {
        let mut text = format!("{BRAND}{}_", self.kind.as_str());
        let shown = text.len() + HINT_LENGTH;
        push_base62::<ID_LENGTH>(&mut text, *self.id.as_bytes());
        text.truncate(shown);
        text
    }
}

/// Appends a big-endian number in base62, with leading zeros, as `LENGTH` digits.
fn push_base62<const LENGTH: usize>(text: &mut String, mut number: impl AsMut<[u8]> + Zeroize) {
    let mut digits = [0_u8; LENGTH];
    for digit in digits.iter_mut().rev() {
        // Long division by 62, digit by digit in base 256; what remains is the next digit.
        let mut remainder = 0_usize;
        for byte in number.as_mut() {
            let dividend = remainder << 8 | usize::from(*byte);
            *byte = u8::try_from(dividend / 62).unwrap_or(u8::MAX);
            remainder = dividend % 62;
        }
        *digit = ALPHABET[remainder];
    }
    text.extend(digits.iter().copied().map(char::from));
    digits.zeroize();
    number.zeroize();
}

/// Reads a big-endian number of `N` bytes; none when a digit is unknown or the number too large.
fn from_base62<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    const { assert!(N <= 32, "no number is longer than a secret") };
    let mut words = [0_u64; 4];
    // 62 to the tenth is less than a word: ten digits go in with one multiplication a word.
    for group in digits.chunks(10) {
        let (mut factor, mut carry) = (1_u64, 0_u64);
        for digit in group {
            let value = VALUES[usize::from(*digit)];
            if value == NO_DIGIT {
                return None;
            }
            (factor, carry) = (factor * 62, carry * 62 + u64::from(value));
        }
        for word in words.iter_mut().rev() {
            (*word, carry) = word.carrying_mul(factor, carry);
        }
        if carry != 0 {
            return None;
        }
    }
    let mut bytes = [0_u8; 32];
    for (eight, word) in bytes.chunks_exact_mut(8).zip(&words) {
        eight.copy_from_slice(&word.to_be_bytes());
    }
    let (above, number) = bytes.split_last_chunk::<N>()?;
    let number = above.iter().all(|byte| *byte == 0).then_some(*number);
    words.zeroize();
    bytes.zeroize();
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by another program (Python's integers and zlib) out of the parts below.
    const KEY: &str = "pol_key_02y8wh3TTBDTrilBHM45hH003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3vv40g";

    fn key() -> Token {
        Token {
            kind: TokenKind::ApiKey,
            id: Uuid::from_u128(0x0192_f0c1_7b1c_7def_8123_4567_89ab_cdef),
            secret: SecretBytes::new(std::array::from_fn(|at| u8::try_from(at).unwrap())),
        }
    }

    #[test]
    fn a_known_key_is_written_and_read() {
        assert_eq!(key().format().expose(), KEY);
        assert_eq!(Token::parse(KEY), Ok(key()));
        assert_eq!(key().prefix(), "pol_key_02y8wh");
        assert!(KEY.starts_with(&key().prefix()));
    }

    #[test]
    fn the_smallest_and_largest_numbers_fit() {
        let token = |kind, id, secret| Token { kind, id, secret: SecretBytes::new(secret) };
        let none = token(TokenKind::Bootstrap, Uuid::nil(), [0; 32]);
        let most = token(TokenKind::RefreshToken, Uuid::max(), [255; 32]);
        assert_eq!(none.format().expose(), format!("pol_boot_{}1ByT5G", "0".repeat(65)));
        assert_eq!(
            most.format().expose(),
            "pol_rt_7n42DGM5Tflk9n8mt7Fhc7yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp148zCqH"
        );
        assert_eq!(Token::parse(most.format().expose()), Ok(most));
    }

    #[test]
    fn a_number_too_large_for_its_bytes_is_refused_although_the_checksum_fits() {
        for body in [
            format!("{}{}", "7n42DGM5Tflk9n8mt7Fhc8", "0".repeat(43)),
            format!("{}{}", "0".repeat(22), "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp2"),
        ] {
            let mut text = format!("pol_key_{body}");
            let checksum = crc32fast::hash(text.as_bytes());
            push_base62::<CHECKSUM_LENGTH>(&mut text, checksum.to_be_bytes());
            assert_eq!(Token::parse(&text), Err(MalformedToken));
        }
    }

    #[test]
    fn one_changed_character_is_refused() {
        for at in 0..KEY.len() {
            for byte in 0..=127_u8 {
                let mut bytes = KEY.as_bytes().to_vec();
                bytes[at] = byte;
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(Token::parse(&text).is_ok(), text == KEY, "{text}");
            }
        }
        for text in ["", "pol_", "pol_key_", &KEY[1..], &KEY[..KEY.len() - 1], &format!("{KEY}0")] {
            assert_eq!(Token::parse(text), Err(MalformedToken));
        }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let debug = format!("{:?} {:?}", key(), key().format());
        assert!(debug.contains("secret: [redacted]"));
        assert!(debug.ends_with(" [redacted]"));
        assert!(!debug.contains("003aUl") && !debug.contains("1, 2, 3"));
    }

    #[test]
    fn the_scanner_s_expression_lists_the_kinds_and_the_length() {
        let kinds = TokenKind::ALL.map(TokenKind::as_str).join("|");
        let digits = ID_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH;
        assert_eq!(SCANNER_REGEX, format!(r"\bpol_({kinds})_[0-9A-Za-z]{{{digits}}}\b"));
    }
}
