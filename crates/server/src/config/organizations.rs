//! Who may create organizations, and how they nest and go.

use serde::Deserialize;

use super::key::{Key, Kind, Preset, Section};

/// Who may create organizations, and how they nest and go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationsSection {
    /// Who may create a tenant (a top-level organization).
    pub creation: Creation,
    /// How many levels of organizations may stand below a tenant.
    pub max_depth: u32,
    /// How long a deleted organization or workspace can be brought back.
    pub deleted_retention_days: u32,
    /// How often the service looks for organizations and workspaces that can be brought back no longer.
    pub purge_interval_seconds: u64,
}

/// Who may create a tenant.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Creation {
    /// Anyone with an account.
    Anyone,
    /// Only platform administrators.
    Administrators,
}

pub(super) const SECTION: Section = Section {
    name: "organizations",
    about: "Who may create organizations, and how they nest and go.",
    keys: &[
        Key::new(
            "organizations.creation",
            Kind::Choice(&["anyone", "administrators"]),
            Preset::Is("administrators"),
            "Who may create a tenant (a top-level organization).",
        ),
        Key::new(
            "organizations.max_depth",
            Kind::Number(1, 32),
            Preset::Is("32"),
            "How many levels of organizations may stand below a tenant. Deeper ones that exist stay.",
        ),
        Key::new(
            "organizations.deleted_retention_days",
            Kind::Number(1, 3_650),
            Preset::Is("30"),
            "How long a deleted organization or workspace can be brought back; then it is erased. It counts for what is deleted from then on.",
        ),
        Key::new(
            "organizations.purge_interval_seconds",
            Kind::Number(1, 86_400),
            Preset::Is("3600"),
            "How often the service looks for organizations and workspaces that can be brought back no longer, and erases them.",
        ),
    ],
};
