//! Typed ids: a TypeID is `<prefix>_<26 characters of base32>` around a UUIDv7
//! (<https://github.com/jetify-com/typeid>, specification 0.3). The prefix makes a member's id
//! useless where a role's is wanted; the store keeps the 16 bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Crockford's base32 in lower case, as TypeID writes it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// What each byte stands for; 32 for those that stand for nothing.
const VALUES: [u8; 256] = {
    let mut values = [32; 256];
    let mut value = 0_u8;
    while value < 32 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};
/// 128 bits in 5-bit characters, the first one holding 3.
const ENCODED_LENGTH: usize = 26;

/// Why a string is not the id that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an id of the form {prefix}_<26 characters>")]
pub struct InvalidId {
    /// The prefix that the wanted kind of id begins with.
    pub prefix: &'static str,
}

fn encode(uuid: Uuid) -> [u8; ENCODED_LENGTH] {
    let mut bits = uuid.as_u128();
    let mut characters = [0_u8; ENCODED_LENGTH];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    characters
}

fn decode(text: &str) -> Option<Uuid> {
    let bytes = text.as_bytes();
    // The first character carries 3 bits: anything above '7' would overflow 128.
    if bytes.len() != ENCODED_LENGTH || bytes[0] > b'7' {
        return None;
    }
    bytes
        .iter()
        .try_fold(0_u128, |bits, byte| {
            let value = VALUES[usize::from(*byte)];
            (value < 32).then_some((bits << 5) | u128::from(value))
        })
        .map(Uuid::from_u128)
}

/// A prefix, and characters of the alphabet.
fn as_text(characters: &[u8]) -> &str {
    std::str::from_utf8(characters).unwrap_or_default()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Makes an id of 16 bytes handed in: the domain draws none itself.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Appends it in writing: what is written tens of thousands of times a second needs no formatter.
            pub fn write_to(self, text: &mut String) {
                text.push_str(as_text(&self.characters()));
            }

            fn characters(self) -> [u8; $prefix.len() + 1 + ENCODED_LENGTH] {
                let mut text = [0; $prefix.len() + 1 + ENCODED_LENGTH];
                let (prefix, characters) = text.split_at_mut($prefix.len() + 1);
                prefix.copy_from_slice(concat!($prefix, "_").as_bytes());
                characters.copy_from_slice(&encode(self.0));
                text
            }

            /// The 16 bytes as the store keeps them.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(as_text(&self.characters()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(InvalidId { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organization, a node of the tree.
    OrganizationId = "org";
    /// A person who can sign in.
    UserId = "user";
    /// A role: built in, or an organization's own.
    RoleId = "role";
    /// A role held by a principal at a scope.
    RoleAssignmentId = "asgn";
    /// An invitation to join.
    InvitationId = "inv";
    /// A link by which people join.
    InviteLinkId = "link";
    /// A request to be taken in.
    MembershipRequestId = "mreq";
    /// An organization's API key.
    ApiKeyId = "key";
    /// An organization's group.
    GroupId = "grp";
    /// An organization's service account.
    ServiceAccountId = "sva";
    /// A leaf of a ledger.
    EventId = "evt";
    /// A signed-in session.
    SessionId = "sess";
    /// One refresh token of a session.
    RefreshTokenId = "rt";
    /// A registration that waits for its e-mail address to be proven.
    RegistrationId = "reg";
    /// A two-sided change of owner.
    OwnershipTransferId = "xfer";
    /// A message waiting to be sent.
    MessageId = "msg";
    /// One HTTP request.
    RequestId = "req";
    /// A row of the access log.
    AccessLogEntryId = "alog";
    /// A part of an organization.
    WorkspaceId = "wks";
    /// A word that an organization puts on things.
    TagId = "tag";
    /// Leave for the platform's staff to go into an organization.
    SupportAccessGrantId = "sag";
    /// What an organization forbids.
    PolicyId = "policy";
    /// The place of an application's resource.
    ResourceId = "res";
}

impl OrganizationId {
    /// The instance itself: the root organization, whose members administer the platform. It is
    /// written `root` wherever an organization's id is read.
    pub const ROOT: Self = Self(Uuid::nil());
}

/// The id of a tree: that of its topmost organization (a tenant, or the root).
pub type TreeId = OrganizationId;
