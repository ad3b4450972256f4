//! What may stand in a tag's fields: every mistake at once.

use polity_domain::tags::{InvalidColor, Tag, color};
use polity_domain::text::{Title, check_line};
use polity_domain::time::Time;

use crate::AppError;
use crate::organizations::Faults;

/// Characters of a description.
const MAX_DESCRIPTION: usize = 500;

/// What a new tag is to be, as a door read it.
#[derive(Debug, Clone, Default)]
pub struct NewTag {
    /// The display name.
    pub title: String,
    /// How it is shown.
    pub color: Option<String>,
    /// What it means.
    pub description: String,
}

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TagUpdate {
    /// The display name.
    pub title: Option<String>,
    /// How it is shown; `Some(None)`: in no colour.
    pub color: Option<Option<String>>,
    /// What it means.
    pub description: Option<String>,
}

/// Checks a tag's fields, and writes its colour as it is kept.
pub(super) fn checked(tag: Tag) -> Result<Tag, AppError> {
    let mut faults = Faults::default();
    faults.check("/title", Title::parse(&tag.title));
    if !tag.description.is_empty() {
        faults.check("/description", check_line(&tag.description, MAX_DESCRIPTION));
    }
    let color = tag.color.as_deref().map(color).transpose();
    faults.check::<_, InvalidColor>("/color", color.clone());
    faults.end()?;
    Ok(Tag { color: color.unwrap_or_default(), ..tag })
}

impl TagUpdate {
    /// The tag as it becomes.
    pub(super) fn apply(self, before: &Tag, now: Time) -> Result<Tag, AppError> {
        let after = checked(Tag {
            title: self.title.unwrap_or_else(|| before.title.clone()),
            color: self.color.unwrap_or_else(|| before.color.clone()),
            description: self.description.unwrap_or_else(|| before.description.clone()),
            ..before.clone()
        })?;
        Ok(if after == *before { after } else { Tag { update_time: now, ..after } })
    }
}
