//! The keys, as data.

use super::Value;
use crate::email::canonical_domains;

/// A key of the settings.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// `resource.setting`.
    pub key: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What holds where nobody has set it; none: what the server's configuration says.
    pub default: Option<Fixed>,
    /// Which way is stricter, for those who compare two values.
    pub stricter: Stricter,
    /// What it does, for a person.
    pub description: &'static str,
}

/// The type of a key's values, with its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// The least.
        minimum: i64,
        /// The most.
        maximum: i64,
    },
    /// A list of domain names, in lower-case ASCII once they are read.
    Domains {
        /// How many at most.
        most: usize,
    },
}

/// A default, as it stands in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// No texts at all.
    NoTexts,
}

/// Which of two values of a key is the stricter one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stricter {
    /// The lower number.
    Lower,
    /// The lower number, but 0 is without limit.
    LowerButZero,
    /// `true`.
    True,
    /// `false`.
    False,
    /// The shorter list, but the empty one is without limit.
    FewerButNone,
}

/// Why a value is not accepted for its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// Of another type.
    #[error("must be {0}")]
    Type(&'static str),
    /// A number out of bounds.
    #[error("must be from {minimum} to {maximum}")]
    Bounds {
        /// The least.
        minimum: i64,
        /// The most.
        maximum: i64,
    },
    /// Too long a list.
    #[error("must have at most {0} entries")]
    TooMany(usize),
    /// No name of a domain.
    #[error("the entry {0} is not a domain name, such as example.com")]
    Domain(usize),
}

/// How long an invitation stands when nobody says otherwise.
pub const INVITATIONS_TTL_SECONDS: &str = "invitations.ttl_seconds";
/// The longest that an invitation may stand.
pub const INVITATIONS_MAX_TTL_SECONDS: &str = "invitations.max_ttl_seconds";
/// Whom one may invite.
pub const INVITATIONS_ALLOWED_EMAIL_DOMAINS: &str = "invitations.allowed_email_domains";
/// How long a key may live.
pub const API_KEYS_MAX_LIFETIME_DAYS: &str = "api_keys.max_lifetime_days";
/// Whether a key must say where it may be used from.
pub const API_KEYS_REQUIRE_ALLOWED_CIDRS: &str = "api_keys.require_allowed_cidrs";
/// Whether people may ask to be taken in.
pub const MEMBERS_REQUESTS_ALLOWED: &str = "members.requests_allowed";
/// Whether organizations may be made or hung below.
pub const ORGANIZATIONS_CHILDREN_ALLOWED: &str = "organizations.children_allowed";

/// A year in seconds.
const YEAR: i64 = 366 * 86_400;

/// The keys that a workspace can set for itself: what is asked of those who are invited into it, beyond what
/// its organization asks.
pub const NARROWING: [&str; 2] = [INVITATIONS_ALLOWED_EMAIL_DOMAINS, INVITATIONS_MAX_TTL_SECONDS];

/// All of them, by name.
pub const KEYS: &[Definition] = &[
    Definition {
        key: API_KEYS_MAX_LIFETIME_DAYS,
        kind: Kind::Integer { minimum: 0, maximum: 3_650 },
        default: Some(Fixed::Integer(0)),
        stricter: Stricter::LowerButZero,
        description: "How many days after it was made an API key must have ended: a new key needs an \
            `expire_time` within them, and a later one is refused. 0: keys may live for ever. Keys that were \
            made before stay as they are.",
    },
    Definition {
        key: API_KEYS_REQUIRE_ALLOWED_CIDRS,
        kind: Kind::Boolean,
        default: Some(Fixed::Boolean(false)),
        stricter: Stricter::True,
        description: "Whether an API key must name the networks that it may be used from. Keys that were made \
            before stay as they are.",
    },
    Definition {
        key: INVITATIONS_ALLOWED_EMAIL_DOMAINS,
        kind: Kind::Domains { most: 100 },
        default: Some(Fixed::NoTexts),
        stricter: Stricter::FewerButNone,
        description: "The domains of the addresses that may be invited and may accept; subdomains are not \
            implied. Empty: any. They hold for joining by a link and for asking to be taken in as well.",
    },
    Definition {
        key: INVITATIONS_MAX_TTL_SECONDS,
        kind: Kind::Integer { minimum: 60, maximum: YEAR },
        default: None,
        stricter: Stricter::Lower,
        description: "The longest that an invitation may stand. Never longer than the server's configuration \
            allows.",
    },
    Definition {
        key: INVITATIONS_TTL_SECONDS,
        kind: Kind::Integer { minimum: 60, maximum: YEAR },
        default: None,
        stricter: Stricter::Lower,
        description: "How long an invitation stands when whoever invites does not say; at most the longest \
            that one may stand.",
    },
    Definition {
        key: MEMBERS_REQUESTS_ALLOWED,
        kind: Kind::Boolean,
        default: Some(Fixed::Boolean(false)),
        stricter: Stricter::False,
        description: "Whether whoever is signed in and knows the organization's id may ask to become a member. \
            Where it is not allowed the organization answers as if it did not exist. Requests that were made \
            before can still be answered.",
    },
    Definition {
        key: ORGANIZATIONS_CHILDREN_ALLOWED,
        kind: Kind::Boolean,
        default: Some(Fixed::Boolean(true)),
        stricter: Stricter::False,
        description: "Whether children can be made below the organization, or moved there. Children that it \
            has stay.",
    },
];

/// A key by its name.
pub fn definition(key: &str) -> Option<&'static Definition> {
    KEYS.iter().find(|definition| definition.key == key)
}

impl Definition {
    /// Reads a value: of the key's type, within its bounds, and each domain in its one written form.
    pub fn read(&self, value: Value) -> Result<Value, InvalidSetting> {
        match (self.kind, value) {
            (Kind::Boolean, Value::Boolean(value)) => Ok(Value::Boolean(value)),
            (Kind::Integer { minimum, maximum }, Value::Integer(number)) => {
                if (minimum..=maximum).contains(&number) {
                    Ok(Value::Integer(number))
                } else {
                    Err(InvalidSetting::Bounds { minimum, maximum })
                }
            }
            (Kind::Domains { most }, Value::Texts(texts)) => domains(&texts, most).map(Value::Texts),
            (Kind::Boolean, _) => Err(InvalidSetting::Type("true or false")),
            (Kind::Integer { .. }, _) => Err(InvalidSetting::Type("a whole number")),
            (Kind::Domains { .. }, _) => Err(InvalidSetting::Type("a list of domain names")),
        }
    }

    /// What holds where nobody has set it, unless that is the configuration's to say.
    pub fn default_value(&self) -> Option<Value> {
        self.default.map(|default| match default {
            Fixed::Boolean(value) => Value::Boolean(value),
            Fixed::Integer(number) => Value::Integer(number),
            Fixed::NoTexts => Value::Texts(Vec::new()),
        })
    }
}

/// Each domain once, in the form in which addresses keep theirs.
fn domains(texts: &[String], most: usize) -> Result<Vec<String>, InvalidSetting> {
    if texts.len() > most {
        return Err(InvalidSetting::TooMany(most));
    }
    canonical_domains(texts).map_err(InvalidSetting::Domain)
}
