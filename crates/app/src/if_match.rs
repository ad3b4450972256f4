//! Versions: a change can be bound to the version that its maker saw.

use crate::{AppError, Kind};

/// The versions that a change accepts (`If-Match`, RFC 9110, section 13.1.1).
#[derive(Debug, Clone, Default)]
pub enum IfMatch {
    /// Any: the header was absent or `*`.
    #[default]
    Any,
    /// One of these entity tags, without their quotes.
    Tags(Vec<String>),
}

/// The entity tag of a resource whose last change made `revision`.
pub fn etag(revision: i64) -> String {
    format!("r{revision}")
}

/// The entity tag of a document that every organization has, also before it was ever changed (`revision` 0).
pub fn document_etag(revision: i64) -> String {
    if revision == 0 { "unset".to_owned() } else { etag(revision) }
}

impl IfMatch {
    /// Whether a resource whose last change made `revision` is accepted; else 412.
    pub fn check(&self, revision: i64) -> Result<(), AppError> {
        let current = etag(revision);
        // What is shown beside the resource itself may add to the tag, after a dot.
        let is_current = |tag: &String| tag.split('.').next() == Some(current.as_str());
        match self {
            Self::Tags(tags) if !tags.iter().any(is_current) => Err(changed()),
            _ => Ok(()),
        }
    }

    /// Whether something may be made that is not there yet: not where a version of it was named.
    pub fn check_absent(&self) -> Result<(), AppError> {
        match self {
            Self::Tags(_) => Err(changed()),
            Self::Any => Ok(()),
        }
    }

    /// Whether a resource with this entity tag is accepted; else 412.
    pub fn check_tag(&self, current: &str) -> Result<(), AppError> {
        match self {
            Self::Tags(tags) if !tags.iter().any(|tag| tag == current) => Err(changed()),
            _ => Ok(()),
        }
    }
}

fn changed() -> AppError {
    let detail = "It was changed meanwhile; read it again.";
    AppError::new(Kind::PreconditionFailed, "etag_mismatch", detail)
}
