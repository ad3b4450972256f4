//! What people name things: titles that are shown, slugs that stand in addresses, and the skeleton by
//! which two names that look alike count as one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Why a name is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing, or nothing but white space.
    #[error("must not be blank")]
    Blank,
    /// More characters than allowed.
    #[error("must be at most {max_chars} characters")]
    TooLong {
        /// The most characters allowed.
        max_chars: usize,
    },
    /// A control character or a line break; NUL is one of them, which PostgreSQL cannot store.
    #[error("must not contain control characters or line breaks")]
    ControlCharacter,
    /// A character that is not seen, or that turns the direction of the text around it.
    #[error("must not contain invisible or direction-changing characters")]
    InvisibleCharacter,
    /// White space at an end.
    #[error("must not begin or end with white space")]
    OuterSpace,
}

/// Whether a character is not seen and thus makes two different names look the same, or (U+200E..F,
/// U+202A..E, U+2066..9, U+061C) changes the order in which the characters around it are shown.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character only chooses between two forms of the one before it, as of some emoji.
const fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}')
}

/// Checks one line of text that people wrote: not blank, at most `max_chars` characters, and only such
/// as are seen. [`Title`] is made of it; longer fields call it with their own length.
pub fn check_line(text: &str, max_chars: usize) -> Result<(), InvalidText> {
    // A character is a byte at least, so this bounds the work before the characters are counted.
    if text.len() > max_chars.saturating_mul(4) || text.chars().count() > max_chars {
        return Err(InvalidText::TooLong { max_chars });
    }
    if text.contains(|character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
    {
        return Err(InvalidText::ControlCharacter);
    }
    if text.contains(is_invisible) {
        return Err(InvalidText::InvisibleCharacter);
    }
    if text.chars().all(|character| character.is_whitespace() || is_variation_selector(character)) {
        return Err(InvalidText::Blank);
    }
    if text.trim().len() == text.len() { Ok(()) } else { Err(InvalidText::OuterSpace) }
}

/// The name of a thing as people read it: an organization, a role, a person. Kept as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Title(String);

impl Title {
    /// The most characters of a title.
    pub const MAX_CHARS: usize = 120;

    /// Checks a title of at most [`Title::MAX_CHARS`] characters.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        Self::parse_within(text, Self::MAX_CHARS)
    }

    /// Checks a title of at most `max_chars` characters, and never more than [`Title::MAX_CHARS`].
    pub fn parse_within(text: &str, max_chars: usize) -> Result<Self, InvalidText> {
        check_line(text, max_chars.min(Self::MAX_CHARS))?;
        Ok(Self(text.to_owned()))
    }

    /// The title as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for it where titles must be unique; see [`skeleton`].
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }
}

/// Why a slug is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSlug {
    /// Too short or too long.
    #[error("must have 3 to 63 characters")]
    Length,
    /// A character other than a-z, 0-9 and the hyphen.
    #[error("must contain only a-z, 0-9 and hyphens")]
    Character,
    /// A hyphen at an end, or two in a row.
    #[error("must not begin or end with a hyphen, nor have two in a row")]
    Hyphen,
    /// A word that the service keeps for itself.
    #[error("is a reserved word")]
    Reserved,
}

/// What an address keeps for the service: its own paths and host names, and the names that would let
/// someone pass for it. In alphabetical order.
const RESERVED_SLUGS: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "admin",
    "administrator",
    "all",
    "anonymous",
    "api",
    "app",
    "assets",
    "auth",
    "autoconfig",
    "autodiscover",
    "billing",
    "cdn",
    "compat",
    "console",
    "default",
    "docs",
    "edit",
    "erased",
    "false",
    "favicon",
    "ftp",
    "health",
    "help",
    "hostmaster",
    "imap",
    "internal",
    "invitation",
    "invitations",
    "invite",
    "legal",
    "localhost",
    "login",
    "logout",
    "mail",
    "me",
    "members",
    "metrics",
    "new",
    "none",
    "nobody",
    "noreply",
    "no-reply",
    "null",
    "oauth",
    "openapi",
    "organization",
    "organizations",
    "owner",
    "platform",
    "polity",
    "pop",
    "postmaster",
    "privacy",
    "public",
    "register",
    "robots",
    "role",
    "roles",
    "root",
    "saml",
    "scim",
    "security",
    "self",
    "settings",
    "signin",
    "sign-in",
    "signup",
    "sign-up",
    "smtp",
    "sso",
    "static",
    "status",
    "superuser",
    "support",
    "system",
    "terms",
    "true",
    "undefined",
    "user",
    "users",
    "webhook",
    "webhooks",
    "webmaster",
    "well-known",
    "www",
];

/// The name of an organization in addresses: fit to be a label of a host name (RFC 1123, section 2.1),
/// but without the double hyphen that marks an encoded name (RFC 5890, section 2.3.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Checks a slug: 3 to 63 of a-z, 0-9 and `-`, no hyphen at an end, no two in a row, not reserved.
    /// Upper case is refused, not changed.
    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        if !(3..=63).contains(&text.len()) {
            return Err(InvalidSlug::Length);
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(InvalidSlug::Character);
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err(InvalidSlug::Hyphen);
        }
        if RESERVED_SLUGS.contains(&text) {
            return Err(InvalidSlug::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! strings {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

strings! { Title Slug }

/// The Latin letter that a capital of another script looks like. In a name that has Latin letters, too,
/// a Greek `Ν` is there to be read as N, though its small form `ν` looks like v.
const fn capital_look(character: char) -> Option<char> {
    Some(match character {
        'Α' | 'А' => 'a',
        'Β' | 'В' => 'b',
        'С' => 'c',
        'Ԁ' => 'd',
        'Ε' | 'Е' => 'e',
        'Η' | 'Н' => 'h',
        'Ι' | 'І' => 'i',
        'Ј' => 'j',
        'Κ' | 'К' => 'k',
        'Ӏ' => 'l',
        'Μ' | 'М' => 'm',
        'Ν' => 'n',
        'Ο' | 'О' | 'Օ' => 'o',
        'Ρ' | 'Р' => 'p',
        'Ԛ' => 'q',
        'Ѕ' => 's',
        'Τ' | 'Т' => 't',
        'Ս' => 'u',
        'Ѵ' => 'v',
        'Ԝ' => 'w',
        'Χ' | 'Х' => 'x',
        'Υ' | 'У' | 'Ү' => 'y',
        'Ζ' => 'z',
        _ => return None,
    })
}

/// The Latin letter that a small letter of another script looks like, or that its capital looks like
/// (Cyrillic `в`, for a name that is all of such letters).
const fn small_look(character: char) -> Option<char> {
    Some(match character {
        'α' | 'а' | 'ɑ' => 'a',
        'β' | 'в' => 'b',
        'с' => 'c',
        'ԁ' => 'd',
        'ε' | 'е' => 'e',
        'ɡ' => 'g',
        'н' | 'һ' | 'հ' => 'h',
        'ι' | 'і' => 'i',
        'ј' | 'ϳ' => 'j',
        'κ' | 'к' => 'k',
        'ӏ' => 'l',
        'μ' | 'м' => 'm',
        'η' | 'п' | 'ո' => 'n',
        'ο' | 'о' | 'օ' => 'o',
        'ρ' | 'р' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'τ' | 'т' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ω' | 'ԝ' | 'ѡ' => 'w',
        'χ' | 'х' => 'x',
        'γ' | 'у' | 'ү' => 'y',
        'ζ' => 'z',
        _ => return None,
    })
}

/// One pass of [`skeleton`].
fn simplify(text: &str) -> String {
    let seen = |character: &char| {
        !is_invisible(*character) && !is_variation_selector(*character) && !character.is_control()
    };
    let decomposed: String = text.nfkd().map(spaced).filter(seen).collect();
    let has_latin = decomposed.contains(|character: char| character.is_ascii_alphabetic());
    let mut base = ' ';
    let folded: String = decomposed
        .chars()
        .map(|character| capital_look(character).filter(|_| has_latin).unwrap_or(character))
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .map(|character| small_look(character).unwrap_or(character))
        .filter(|&character| {
            if !is_combining_mark(character) {
                base = character;
            }
            !(character == '\u{307}' && matches!(base, 'i' | 'j'))
        })
        .nfkc()
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Line breaks and tabs are white space, not control characters, to a skeleton.
const fn spaced(character: char) -> char {
    if character.is_whitespace() { ' ' } else { character }
}

/// What stands for a name where names must be unique: two names with one skeleton count as the same.
/// It is for comparing only, never shown; a database keeps it in a column of its own, so that SQLite
/// and PostgreSQL judge alike.
///
/// Compatibility forms are resolved (NFKC, Unicode Standard Annex 15: `Ｏwner`, the KELVIN SIGN), case
/// is folded in full by way of the capital (`ß` is `ss`, `İ` is `i`), invisible characters are dropped,
/// white space is collapsed and trimmed, and Greek, Cyrillic and Armenian letters become the Latin ones
/// they look like (after Unicode Technical Standard 39, section 4, but a small table: letters, no digits
/// and no sequences such as `rn`). Accents stay: `José` is not `Jose`.
///
/// Two consequences are meant: a name wholly in another script may meet a Latin one of the same look;
/// and beside Latin letters the Greek capitals `Η Ν Υ` count as the H, N and Y they look like, so that
/// only there they are told from their small forms, which look like n, v and u.
pub fn skeleton(text: &str) -> String {
    // What one pass uncovers (a capital among compatibility forms, a base letter), the second folds.
    simplify(&simplify(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_kept_as_written() {
        for text in ["Acme", "Müller & Söhne", "株式会社", "A  B", "👍🏽 crew", "נועה", "x"] {
            assert_eq!(Title::parse(text).map(|title| title.to_string()), Ok(text.to_owned()));
        }
        assert!(Title::parse(&"é".repeat(120)).is_ok());
    }

    #[test]
    fn a_title_that_deceives_is_refused() {
        for (text, reason) in [
            ("", InvalidText::Blank),
            (" \u{a0}\u{3000}", InvalidText::Blank),
            ("\u{fe0f} \u{fe0f}", InvalidText::Blank),
            (" a", InvalidText::OuterSpace),
            ("a\u{a0}", InvalidText::OuterSpace),
            ("a\0b", InvalidText::ControlCharacter),
            ("a\r\nb", InvalidText::ControlCharacter),
            ("a\u{85}b", InvalidText::ControlCharacter),
            ("a\u{2028}b", InvalidText::ControlCharacter),
            ("a\u{200b}b", InvalidText::InvisibleCharacter),
            ("a\u{200d}b", InvalidText::InvisibleCharacter),
            ("a\u{202e}b", InvalidText::InvisibleCharacter),
            ("a\u{2066}b", InvalidText::InvisibleCharacter),
            ("a\u{200f}b", InvalidText::InvisibleCharacter),
            ("\u{feff}ab", InvalidText::InvisibleCharacter),
            ("\u{3164}", InvalidText::InvisibleCharacter),
        ] {
            assert_eq!(Title::parse(text), Err(reason), "{text:?}");
        }
        assert_eq!(Title::parse(&"é".repeat(121)), Err(InvalidText::TooLong { max_chars: 120 }));
        assert_eq!(Title::parse_within("abc", 2), Err(InvalidText::TooLong { max_chars: 2 }));
        assert!(serde_json::from_str::<Title>("\"a\\u0000\"").is_err());
    }

    #[test]
    fn names_that_look_alike_share_a_skeleton() {
        for (name, plain) in [
            ("Owner", "owner"),
            ("\u{41e}wner", "owner"),
            ("ОWNЕR", "owner"),
            ("οωпeг", "owner"),
            ("Аdmin", "admin"),
            ("ADMIN ", "admin"),
            ("ΑDΜΙΝ", "admin"),
            ("νiewer", "viewer"),
            ("Ａｄｍｉｎ", "admin"),
            ("ad\u{ad}min", "admin"),
            ("ADMİN", "admin"),
            ("admın", "admin"),
            ("\u{212a}eeper", "keeper"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("two \t\u{a0} words", "two words"),
            ("ﬁnance", "finance"),
            ("ΣΟΦΌΣ", "σoφ\u{f3}σ"),
            ("σοφός", "σoφ\u{f3}σ"),
            ("Ёлка", "ëлka"),
            ("cafe\u{301}", "café"),
        ] {
            assert_eq!(skeleton(name), plain, "{name:?}");
        }
        assert_ne!(skeleton("José"), skeleton("Jose"));
    }

    #[test]
    fn a_slug_fits_an_address() {
        for text in ["abc", "acme-2", "0day", &"a".repeat(63)] {
            assert!(Slug::parse(text).is_ok(), "{text:?}");
        }
        for (text, reason) in [
            ("ab", InvalidSlug::Length),
            (&"a".repeat(64), InvalidSlug::Length),
            ("Acme", InvalidSlug::Character),
            ("a_b", InvalidSlug::Character),
            ("аcme", InvalidSlug::Character),
            ("-ab", InvalidSlug::Hyphen),
            ("ab-", InvalidSlug::Hyphen),
            ("xn--acme", InvalidSlug::Hyphen),
            ("root", InvalidSlug::Reserved),
            ("www", InvalidSlug::Reserved),
            ("new", InvalidSlug::Reserved),
        ] {
            assert_eq!(Slug::parse(text), Err(reason), "{text:?}");
        }
        assert!(RESERVED_SLUGS.contains(&"me"));
    }
}
