//! What may stand in a workspace's fields: every mistake at once.

use std::collections::BTreeMap;

use polity_domain::organizations::{check_labels, slug_for};
use polity_domain::text::{InvalidText, Slug, Title, check_line};
use polity_store::Writer;

use crate::organizations::{Faults, suffix};
use crate::{AppError, Op};

/// Characters of a description.
const MAX_DESCRIPTION: usize = 500;

/// What a new workspace is to be, as a door read it.
#[derive(Debug, Clone, Default)]
pub struct NewWorkspace {
    /// The display name.
    pub title: String,
    /// The name in URLs; none: made from the title.
    pub slug: Option<String>,
    /// What it is for.
    pub description: String,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
}

impl NewWorkspace {
    /// Checks every field.
    pub(super) fn check(&self) -> Result<(), AppError> {
        let mut faults = Faults::default();
        faults.check("/title", Title::parse(&self.title));
        if let Some(slug) = &self.slug {
            faults.check("/slug", Slug::parse(slug));
        }
        faults.check("/description", check_description(&self.description));
        faults.check("/labels", check_labels(&self.labels));
        faults.end()
    }
}

/// Empty, or one line.
pub(super) fn check_description(text: &str) -> Result<(), InvalidText> {
    if text.is_empty() { Ok(()) } else { check_line(text, MAX_DESCRIPTION) }
}

/// The slug that a title makes, with a suffix where another workspace has it. Nobody takes it meanwhile: the
/// tree is locked.
pub(super) async fn free_slug(op: &Op, unit: &Writer, title: &str) -> Result<String, AppError> {
    if let Some(slug) = slug_for("workspace", title, None)
        && !unit.workspaces().has_slug(slug.as_str()).await?
    {
        return Ok(slug.to_string());
    }
    let slug = slug_for("workspace", title, Some(&suffix(op)));
    slug.map(|slug| slug.to_string()).ok_or_else(|| AppError::internal("a title with a suffix makes a slug"))
}
