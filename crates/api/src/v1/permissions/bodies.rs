//! A permission's JSON.

use polity_app::permissions::PermissionView;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::Danger;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name, role_name};

/// The path of one permission.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PermissionPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The permission: `resource.action`
    #[param(example = "members.read")]
    pub permission: String,
}

/// Something that can be allowed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/permissions/documents.publish")]
    pub name: String,
    /// `resource.action`
    #[schema(example = "documents.publish")]
    pub id: String,
    /// What it allows, for a person
    #[schema(example = "Publish a document")]
    pub description: String,
    /// How much harm it can do
    pub danger: DangerBody,
    /// The resource names of the built-in roles that hold it
    pub roles: Vec<String>,
    /// Whether it is no longer to be granted; it is still checked
    pub deprecated: bool,
    /// Whose it is
    pub source: PermissionSource,
    /// The resource name of the organization whose application registered it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: Option<String>,
    /// When it was registered
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<Timestamp>,
}

/// How much harm a permission can do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DangerBody {
    /// Shows something and changes nothing
    Read,
    /// Changes ordinary things
    Write,
    /// Decides who gets in and what they may do
    Admin,
    /// Ends the organization or hands it over: Polity's own only
    Owner,
}

impl From<Danger> for DangerBody {
    fn from(danger: Danger) -> Self {
        match danger {
            Danger::Read => Self::Read,
            Danger::Write => Self::Write,
            Danger::Admin => Self::Admin,
            Danger::Owner => Self::Owner,
        }
    }
}

impl From<DangerBody> for Danger {
    fn from(danger: DangerBody) -> Self {
        match danger {
            DangerBody::Read => Self::Read,
            DangerBody::Write => Self::Write,
            DangerBody::Admin => Self::Admin,
            DangerBody::Owner => Self::Owner,
        }
    }
}

/// Whose a permission is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PermissionSource {
    /// Polity checks it itself
    Polity,
    /// An application registered it for its own product
    Application,
}

impl PermissionBody {
    /// The permission as `organization` knows it.
    pub fn new(organization: OrganizationId, view: PermissionView) -> Self {
        let source = match view.registered {
            Some(_) => PermissionSource::Application,
            None => PermissionSource::Polity,
        };
        Self {
            name: format!("{}/permissions/{}", organization_name(organization), view.name),
            id: view.name.into_owned(),
            description: view.description.into_owned(),
            danger: view.danger.into(),
            roles: view.roles.iter().map(|role| role_name(organization, role.id())).collect(),
            deprecated: view.deprecated,
            source,
            organization: view.registered.map(|(owner, _)| organization_name(owner)),
            create_time: view.registered.map(|(_, time)| time.into()),
        }
    }
}

/// A page of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionList {
    /// The permissions
    pub permissions: Vec<PermissionBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}
