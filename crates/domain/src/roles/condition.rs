//! On what a role assignment depends.

use serde::{Deserialize, Serialize};

/// A role that is held on a condition counts only where that is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Its display name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A boolean expression in Cedar, of what policies can look at.
    pub expression: String,
}

impl Condition {
    /// What it is called in sentences: its display name, or what it says.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.expression)
    }
}
