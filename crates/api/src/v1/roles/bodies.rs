//! A role's JSON.

use polity_app::roles::{RoleSource, RoleView};
use polity_app::{Listing, etag};
use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::roles::RoleScope;
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name, role_name};

/// The path of one role.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RolePath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The role's id
    #[param(value_type = String, example = "role_00000000000000000000000003")]
    pub role_id: RoleId,
}

/// A named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleBody {
    /// The resource name, in the organization where it is used
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/roles/role_00000000000000000000000003")]
    pub name: String,
    /// The id
    #[schema(example = "role_00000000000000000000000003")]
    pub id: String,
    /// The display name
    #[schema(example = "Member")]
    pub title: String,
    /// What it is for
    #[schema(example = "Takes part: sees the organization and its people")]
    pub description: String,
    /// Where it can be held
    pub scope: ScopeBody,
    /// Where it comes from
    pub source: SourceBody,
    /// The resource name of the organization that made it; absent for a built-in one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: Option<String>,
    /// The names of its permissions
    #[schema(example = json!(["members.read", "organizations.read"]))]
    pub permissions: Vec<String>,
    /// When it was made; absent for a built-in one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<Timestamp>,
    /// When it was last changed; absent for a built-in one
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_time: Option<Timestamp>,
}

/// Where a role can be held.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScopeBody {
    /// On an organization, from where it reaches descendants that inherit roles
    Organization,
    /// On one workspace
    Workspace,
}

impl From<ScopeBody> for RoleScope {
    fn from(scope: ScopeBody) -> Self {
        match scope {
            ScopeBody::Organization => Self::Organization,
            ScopeBody::Workspace => Self::Workspace,
        }
    }
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SourceBody {
    /// Built in, the same in every organization
    System,
    /// Made in an organization above
    Inherited,
    /// The organization's own
    Custom,
}

impl RoleBody {
    /// The role as `organization` sees it.
    pub fn new(organization: OrganizationId, view: RoleView) -> Self {
        Self {
            name: role_name(organization, view.id),
            id: view.id.to_string(),
            title: view.title,
            description: view.description,
            scope: match view.scope {
                RoleScope::Organization => ScopeBody::Organization,
                RoleScope::Workspace => ScopeBody::Workspace,
            },
            source: match view.source {
                RoleSource::System => SourceBody::System,
                RoleSource::Inherited => SourceBody::Inherited,
                RoleSource::Custom => SourceBody::Custom,
            },
            organization: view.organization.map(organization_name),
            permissions: view.permissions,
            create_time: view.changed.map(|(made, _, _)| made.into()),
            update_time: view.changed.map(|(_, last, _)| last.into()),
        }
    }
}

/// A role's tag; none for a built-in one, whose answer is its own version.
pub fn tag(view: &RoleView) -> Option<String> {
    view.changed.map(|(_, _, revision)| etag(revision))
}

/// One role with its tag.
pub fn resource(organization: OrganizationId, view: RoleView) -> Resource<RoleBody> {
    let tag = tag(&view);
    let resource = Resource::new(RoleBody::new(organization, view));
    match tag {
        Some(tag) => resource.etag(tag),
        None => resource,
    }
}

/// A page of roles.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleList {
    /// The roles
    pub roles: Vec<RoleBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

impl RoleList {
    /// The page as `organization` sees it.
    pub fn new(organization: OrganizationId, page: Listing<RoleView>) -> Self {
        Self {
            roles: page.items.into_iter().map(|view| RoleBody::new(organization, view)).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// Whether a text can be a role's description: empty, or one line.
pub fn a_description(text: &str, _: &()) -> garde::Result {
    if text.is_empty() {
        return Ok(());
    }
    polity_domain::text::check_line(text, 500).map_err(garde::Error::new)
}

/// Whether a list of names is of a length that can be read.
pub fn names(permissions: &std::collections::BTreeSet<String>, _: &()) -> garde::Result {
    if permissions.len() <= 2_000 && permissions.iter().all(|name| name.len() <= 200) {
        Ok(())
    } else {
        Err(garde::Error::new("must be at most 2000 names of at most 200 characters"))
    }
}
