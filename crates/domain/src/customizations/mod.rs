//! Customizations: how an organization looks and what its mail says. Every change is a new version, and
//! what an organization does not say itself it inherits, part by part, as settings are inherited.

mod check;
mod effective;
mod template;

pub use check::InvalidCustomization;
pub use effective::{EffectiveCustomizations, effective, enforced_parts};
pub use template::{InvalidTemplate, Piece, Placeholder, Template};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::OrganizationId;
use crate::time::Time;

/// How many versions of an organization are kept, the newest.
pub const KEPT_VERSIONS: u32 = 50;

/// One version of an organization's customizations. The one with the highest number is the current one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customizations {
    /// Whose they are.
    pub organization_id: OrganizationId,
    /// 1 for the first version, and so on.
    pub version: u32,
    /// The version that was taken up again.
    pub restored_version: Option<u32>,
    /// What it says.
    pub content: Content,
    /// When it was made.
    pub create_time: Time,
}

/// What an organization says of how it looks; what it does not say, it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Its logo.
    pub logo: Option<Logo>,
    /// Its colour: `#rrggbb`, in lower case.
    pub branding_color: Option<String>,
    /// Texts by key and language, in this order. A list, since a key or a language may be called like one of
    /// the fields that leaves keep apart as personal.
    pub texts: Vec<Text>,
    /// Mails by kind and language, in this order.
    pub mail_templates: Vec<MailTemplate>,
    /// The names of the parts that those below may not replace.
    pub enforced: BTreeSet<String>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the reader's system has it.
    Auto,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Logo {
    /// The picture itself, as a data URI.
    DataUri(String),
    /// Where it is.
    Url(String),
}

/// A text of the organization's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Which text.
    pub key: String,
    /// In which language: a BCP 47 tag.
    pub locale: String,
    /// The text.
    pub text: String,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTemplate {
    /// Which mail.
    pub kind: MailKind,
    /// In which language: a BCP 47 tag.
    pub locale: String,
    /// Its subject, with placeholders.
    pub subject: String,
    /// Its text, with placeholders.
    pub text: String,
}

/// A mail that Polity sends for an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The invitation to join it.
    Invitation,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Invitation];

    /// As the JSON writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
        }
    }

    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Customizations {
    /// What follows on this version.
    pub fn next(&self, content: Content, restored_version: Option<u32>, now: Time) -> Self {
        Self { version: self.version + 1, restored_version, content, create_time: now, ..*self }
    }

    /// What is before the first version: nothing is said.
    pub fn none(organization_id: OrganizationId) -> Self {
        let content = Content::default();
        Self { organization_id, version: 0, restored_version: None, content, create_time: Time(0) }
    }
}

/// The one of several texts that is for a reader's language: of exactly that tag, else the first of the same
/// language.
pub fn in_language<'a, T>(all: &'a [T], tag: &str, locale: impl Fn(&T) -> &str) -> Option<&'a T> {
    let language = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let exact = all.iter().find(|one| locale(one).eq_ignore_ascii_case(tag));
    exact.or_else(|| all.iter().find(|one| language(locale(one)) == language(tag)))
}
