//! E-mail addresses: canonicalised first, validated after, so that no later step (a look-up, a mailer,
//! a database) reads an address in another way than the one that checked it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::is_invisible;

/// The most characters of an address: a path of 256 octets less its two angle brackets (RFC 5321,
/// section 4.5.3.1.3, erratum 1690).
const MAX_LENGTH: usize = 254;
/// The most characters before the `@` (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// The most bytes that are looked at: a domain in its own script can be longer than its ASCII form.
const MAX_INPUT: usize = 4 * MAX_LENGTH;

/// Why a string is not an e-mail address that is accepted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Longer than 254 characters, or more than 64 before the `@`.
    #[error("must be at most 254 characters, 64 of them before the '@'")]
    TooLong,
    /// White space, a control character or one that is not seen; nothing is trimmed away.
    #[error("must not contain white space, control or invisible characters")]
    Space,
    /// No `@`, more than one, or another character that looks like it or becomes it.
    #[error("must contain exactly one '@'")]
    AtSign,
    /// The part before the `@` is not a dot-atom of ASCII characters (RFC 5322, section 3.2.3), or holds
    /// `%` or `!`.
    #[error("the part before the '@' is not accepted")]
    LocalPart,
    /// The part after the `@` is not a host name with a dot.
    #[error("the part after the '@' must be a domain name")]
    Domain,
}

/// An e-mail address.
///
/// Two forms of it are kept. The **written** form is what mail is sent to: the local part as written and
/// the domain in lower-case ASCII (UTS 46). The **canonical** form, with the local part in lower case,
/// is what accounts are looked up and told apart by: in theory `Bob@` and `bob@` may be two mailboxes
/// (RFC 5321, section 2.4), in practice they are one, and taking them for two would let one person hold
/// two accounts, or pass for another. Plus tags and dots are kept in both, since what they mean is the
/// receiving host's own affair: with some `a.b@` and `ab@` are one person, with others two.
///
/// Mail always goes to the address that is stored, never to the one a request has spelled.
///
/// Equality is that of the written form; compare [`Email::canonical`] to ask for the same mailbox.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email {
    written: String,
    canonical: String,
    /// Where the `@` is, in both forms.
    at: usize,
}

impl Email {
    /// What stands in for the address of a person who was erased. It is an address like any other to
    /// [`Email::parse`], but no mail can ever reach it (RFC 2606, section 2).
    pub const ERASED: &'static str = "erased@erased.invalid";

    /// Reads an address `local@domain`. Refused are, next to what is no address at all: white space
    /// anywhere, quoted and non-ASCII local parts, IP addresses and single labels as domain, and the
    /// `%` and `!` by which old mail systems route on (`victim%other.example@here.example`), since a
    /// relay that still does so would send the proof of one address to another.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if text.len() > MAX_INPUT {
            return Err(InvalidEmail::TooLong);
        }
        if text.contains(|character: char| {
            character.is_whitespace() || character.is_control() || is_invisible(character)
        }) {
            return Err(InvalidEmail::Space);
        }
        let (local, domain) = text.split_once('@').ok_or(InvalidEmail::AtSign)?;
        if text.contains(['\u{ff20}', '\u{fe6b}']) || domain.contains('@') {
            return Err(InvalidEmail::AtSign);
        }
        let domain = canonical_domain(domain)?;
        if local.len() > MAX_LOCAL || local.len() + 1 + domain.len() > MAX_LENGTH {
            return Err(InvalidEmail::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(InvalidEmail::LocalPart);
        }
        let written = format!("{local}@{domain}");
        Ok(Self { canonical: written.to_ascii_lowercase(), written, at: local.len() })
    }

    /// The address as written, its domain in lower-case ASCII: what mail is sent to.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The address in lower case: what it is looked up and told apart by.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The domain, in lower-case ASCII.
    pub fn domain(&self) -> &str {
        &self.canonical[self.at + 1..]
    }

    /// Whether this stands in for the address of a person who was erased.
    pub fn is_erased(&self) -> bool {
        self.canonical == Self::ERASED
    }
}

/// The domain in lower-case ASCII: UTS 46, non-transitional, with the rules of STD 3 and the lengths of
/// DNS, at least two labels, and the last no number, so that no IPv4 address passes for a name.
pub(crate) fn canonical_domain(domain: &str) -> Result<String, InvalidEmail> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::Domain)?;
    let (_, last) = ascii.rsplit_once('.').ok_or(InvalidEmail::Domain)?;
    if last.starts_with(|first: char| first.is_ascii_lowercase()) {
        Ok(ascii)
    } else {
        Err(InvalidEmail::Domain)
    }
}

/// Names of domains as addresses keep theirs, sorted and each once; the place of the first that is none is
/// the error.
pub fn canonical_domains(texts: &[String]) -> Result<Vec<String>, usize> {
    let mut domains = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        let fits = text.len() <= 253 && !text.contains('@');
        let domain = Some(text).filter(|_| fits).and_then(|text| canonical_domain(text).ok());
        domains.push(domain.ok_or(place)?);
    }
    domains.sort();
    domains.dedup();
    Ok(domains)
}

/// A dot-atom: words of `atext`, with single dots in between (RFC 5322, section 3.2.3), less `%` and `!`.
fn is_dot_atom(local: &str) -> bool {
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"#$&'*+-/=?^_`{|}~".contains(&byte);
    local.split('.').all(|word| !word.is_empty() && word.bytes().all(atext))
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.written, formatter)
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_written_and_known_by_its_canonical_form() {
        for (text, written, canonical) in [
            ("Bob@Example.TEST", "Bob@example.test", "bob@example.test"),
            ("a.b+tag@x.test", "a.b+tag@x.test", "a.b+tag@x.test"),
            ("o'neil@x.test", "o'neil@x.test", "o'neil@x.test"),
            ("a@Bücher.test", "a@xn--bcher-kva.test", "a@xn--bcher-kva.test"),
            ("a@xn--bcher-kva.test", "a@xn--bcher-kva.test", "a@xn--bcher-kva.test"),
            ("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah", "a@xn--r8jz45g.xn--zckzah"),
            ("a@ｅｘａｍｐｌｅ.test", "a@example.test", "a@example.test"),
            (Email::ERASED, Email::ERASED, Email::ERASED),
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!((email.as_str(), email.canonical()), (written, canonical));
            assert!(canonical.ends_with(&format!("@{}", email.domain())));
        }
        assert!(Email::parse(Email::ERASED).unwrap().is_erased());
    }

    #[test]
    fn an_address_that_could_be_read_in_two_ways_is_refused() {
        use InvalidEmail::{AtSign, Domain, LocalPart, Space};
        for (text, reason) in [
            ("", AtSign),
            ("a.x.test", AtSign),
            ("victim@x.test\u{ff20}evil.test", AtSign),
            ("victim\u{ff20}x.test", AtSign),
            ("a@b@x.test", AtSign),
            (" a@x.test", Space),
            ("a@x.test\n", Space),
            ("a@x.test\r\nBcc: b@x.test", Space),
            ("a\0@x.test", Space),
            ("a@ex\u{ad}ample.test", Space),
            ("a@ex\u{200b}ample.test", Space),
            ("a@x.test\u{a0}", Space),
            ("@x.test", LocalPart),
            (".a@x.test", LocalPart),
            ("a.@x.test", LocalPart),
            ("a..b@x.test", LocalPart),
            ("\"a\"@x.test", LocalPart),
            ("a(b)@x.test", LocalPart),
            ("<a@x.test", LocalPart),
            ("a,b@x.test", LocalPart),
            ("jürgen@x.test", LocalPart),
            ("\u{430}@x.test", LocalPart),
            ("a%evil.test@x.test", LocalPart),
            ("evil.test!a@x.test", LocalPart),
            ("a@", Domain),
            ("a@localhost", Domain),
            ("a@x.test.", Domain),
            ("a@.test", Domain),
            ("a@x..test", Domain),
            ("a@[127.0.0.1]", Domain),
            ("a@127.0.0.1", Domain),
            ("a@127.0.0.0x1", Domain),
            ("a@-x.test", Domain),
            ("a@x_y.test", Domain),
            ("a@x.test>", Domain),
            ("a@x.test,b", Domain),
            ("a@x%2etest.test", Domain),
            // Encoded labels that are another name in disguise (RUSTSEC-2024-0421).
            ("a@xn--example-.test", Domain),
            ("a@xn--.test", Domain),
            ("a@xn--BCHER-KVA\u{301}.test", Domain),
        ] {
            assert_eq!(Email::parse(text).err(), Some(reason), "{text:?}");
        }
    }

    #[test]
    fn lengths_are_those_of_smtp() {
        let local = "a".repeat(64);
        assert!(Email::parse(&format!("{local}@x.test")).is_ok());
        assert_eq!(Email::parse(&format!("{local}a@x.test")), Err(InvalidEmail::TooLong));
        // 64 + 1 + (3 * 61 + 3) + 3 is 254.
        let label = "b".repeat(61);
        assert!(Email::parse(&format!("{local}@{label}.{label}.{label}.com")).is_ok());
        let long = format!("{local}@{label}.{label}.{label}.info");
        assert_eq!(Email::parse(&long), Err(InvalidEmail::TooLong));
        assert!(Email::parse(&format!("{local}@{}", "c".repeat(5000))).is_err());
    }

    #[test]
    fn json_holds_it_as_a_string() {
        let email: Email = serde_json::from_str("\"A@X.test\"").unwrap();
        assert_eq!(serde_json::to_string(&email).unwrap(), "\"A@x.test\"");
        assert!(serde_json::from_str::<Email>("\"a@localhost\"").is_err());
    }
}
