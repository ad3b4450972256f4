//! Service accounts: what an organization's programs are to it. Roles are assigned to them as to people, and
//! their keys act with what they hold.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, ServiceAccountId};
use crate::time::Time;

/// An organization's service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// Its id.
    pub id: ServiceAccountId,
    /// Whose account it is.
    pub organization_id: OrganizationId,
    /// Its display name.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whether it is stopped: it holds nothing, and its keys are good for nothing.
    pub disabled: bool,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// It is what it was to become already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the service account is {} already", if *.disabled { "disabled" } else { "enabled" })]
pub struct Unchanged {
    /// What it is.
    pub disabled: bool,
}

impl ServiceAccount {
    /// Changes what is written on it; what is not named stays.
    pub fn change(&self, title: Option<String>, description: Option<String>, now: Time) -> Self {
        Self {
            title: title.unwrap_or_else(|| self.title.clone()),
            description: description.unwrap_or_else(|| self.description.clone()),
            update_time: now,
            ..self.clone()
        }
    }

    /// Stops it, or lets it work again.
    pub fn switch(&self, disabled: bool, now: Time) -> Result<Self, Unchanged> {
        if self.disabled == disabled {
            Err(Unchanged { disabled })
        } else {
            Ok(Self { disabled, update_time: now, ..self.clone() })
        }
    }
}
