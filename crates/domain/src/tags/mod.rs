//! Tags: an organization's own words for its members, workspaces, keys and children. A tag gives no right.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{ApiKeyId, OrganizationId, TagId, UserId, WorkspaceId};
use crate::time::Time;

/// A word that an organization puts on things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// The organization whose word it is.
    pub organization_id: OrganizationId,
    /// The display name, unique in the organization whatever the case.
    pub title: String,
    /// How it is shown: `#rrggbb` in lower case.
    pub color: Option<String>,
    /// What it means.
    pub description: String,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// What a tag can be put on. Types are written as in OpenID AuthZEN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Tagged {
    /// A member of the organization.
    Member(UserId),
    /// A workspace of it.
    Workspace(WorkspaceId),
    /// A key of it.
    ApiKey(ApiKeyId),
    /// A child of it.
    Organization(OrganizationId),
}

impl Tagged {
    /// Every type, as tables and filters write it.
    pub const KINDS: &[&str] = &["member", "workspace", "api_key", "organization"];

    /// `member`, `workspace`, `api_key` or `organization`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Workspace(_) => "workspace",
            Self::ApiKey(_) => "api_key",
            Self::Organization(_) => "organization",
        }
    }

    /// The id's 16 bytes.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Member(id) => id.uuid(),
            Self::Workspace(id) => id.uuid(),
            Self::ApiKey(id) => id.uuid(),
            Self::Organization(id) => id.uuid(),
        }
    }

    /// Puts together what the store keeps in two columns.
    pub fn from_parts(kind: &str, id: Uuid) -> Option<Self> {
        Some(match kind {
            "member" => Self::Member(UserId::from_uuid(id)),
            "workspace" => Self::Workspace(WorkspaceId::from_uuid(id)),
            "api_key" => Self::ApiKey(ApiKeyId::from_uuid(id)),
            "organization" => Self::Organization(OrganizationId::from_uuid(id)),
            _ => return None,
        })
    }
}

/// That a tag was put on something, or taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagResources {
    /// The organization whose tag it is.
    pub organization_id: OrganizationId,
    /// The tag.
    pub tag_id: TagId,
    /// On what, or from what.
    pub resources: Vec<Tagged>,
    /// When.
    pub create_time: Time,
}

/// A text that is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a colour such as #1f6feb: # and six hexadecimal digits")]
pub struct InvalidColor;

/// A colour as it is kept: in lower case.
pub fn color(text: &str) -> Result<String, InvalidColor> {
    let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
    let hexadecimal = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hexadecimal { Ok(text.to_ascii_lowercase()) } else { Err(InvalidColor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hexadecimal_digits() {
        assert_eq!(color("#1F6feb").as_deref(), Ok("#1f6feb"));
        for text in ["", "#", "1f6feb", "#1f6fe", "#1f6feb0", "#1f6fex", "#é6feb", "red"] {
            assert_eq!(color(text), Err(InvalidColor), "{text}");
        }
    }

    #[test]
    fn what_is_tagged_is_put_together_from_its_columns() {
        let id = Uuid::from_u128(7);
        for kind in Tagged::KINDS {
            let tagged = Tagged::from_parts(kind, id).unwrap();
            assert_eq!((tagged.kind(), tagged.uuid()), (*kind, id));
        }
        assert_eq!(Tagged::from_parts("role", id), None);
    }
}
