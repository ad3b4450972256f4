//! An organization's JSON.

use std::collections::{BTreeMap, BTreeSet};

use garde::Validate;
use polity_app::Listing;
use polity_app::organizations::{NewOrganization, OrganizationView};
use polity_domain::organizations::OrganizationState;
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::profile::{ContactsBody, FlagBody};
use crate::v1::common::{Timestamp, organization_name};

/// An organization: a node of the tree.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub name: String,
    /// The id
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The display name
    #[schema(example = "Acme")]
    pub title: String,
    /// The name in URLs, unique in the instance while the organization lives
    #[schema(example = "acme")]
    pub slug: String,
    /// The logo that counts there, its own or an inherited one, as a data URI; lists leave it out, and logos
    /// that are addresses
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "data:image/png;base64,…")]
    pub logo_data_uri: Option<String>,
    /// Whether it lives
    pub state: OrganizationStateBody,
    /// Why it is suspended, or was when it was deleted
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "unpaid since March")]
    pub suspend_reason: Option<String>,
    /// What it is to the product
    #[schema(example = "tenant")]
    pub kind: String,
    /// Where it is provisioned
    #[schema(example = "local")]
    pub region: String,
    /// The resource name of its parent; absent at the top
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub parent: Option<String>,
    /// Whether roles held on the parent reach it; absent at the top
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = true)]
    pub inherits_roles: Option<bool>,
    /// Whether settings of the parent reach it; absent at the top
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = true)]
    pub inherits_settings: Option<bool>,
    /// Free labels
    #[schema(example = json!({"env": "prod"}))]
    pub labels: BTreeMap<String, String>,
    /// The customer's own id for it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "crm-4711")]
    pub external_id: Option<String>,
    /// Whether it is billed to its parent; absent at the top
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = false)]
    pub billing_synced: Option<bool>,
    /// Whether it signs in by its parent's identity provider; absent at the top
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = false)]
    pub identity_provider_synced: Option<bool>,
    /// Who is written to
    pub contacts: ContactsBody,
    /// What is so of it as an account
    pub flags: Vec<FlagBody>,
    /// Nobody of these domains is invited or added; subdomains are others
    #[schema(example = json!(["example.org"]))]
    pub blocked_email_domains: BTreeSet<String>,
    /// What the product has switched on, in its own words
    #[schema(example = json!(["reports"]))]
    pub features: BTreeSet<String>,
    /// The display name of its first owner, for those who may see its members; lists leave it out
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Ada Lovelace")]
    pub owner_display_name: Option<String>,
    /// The address of its first owner, for those who may see its members; lists leave it out
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email, example = "ada@example.com")]
    pub owner_email: Option<String>,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
    /// When it was deleted
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub delete_time: Option<Timestamp>,
    /// Until when it can be restored
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub purge_time: Option<Timestamp>,
    /// Its version, as in the `ETag` header without quotes
    #[schema(example = "r17")]
    pub etag: String,
}

/// Whether an organization lives. What stops it stops everything below it as well.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationStateBody {
    /// It lives
    Active,
    /// Its keys, its members' access and its identity providers stand still
    Suspended,
    /// Deleted, and restorable until `purge_time`
    Deleted,
}

impl From<&OrganizationView> for OrganizationBody {
    fn from(view: &OrganizationView) -> Self {
        let organization = &view.organization;
        let (state, suspend_reason, delete_time, purge_time) = match &organization.state {
            OrganizationState::Active => (OrganizationStateBody::Active, None, None, None),
            OrganizationState::Suspended { reason } => {
                (OrganizationStateBody::Suspended, Some(reason.clone()), None, None)
            }
            OrganizationState::Deleted { delete_time, purge_time, suspend_reason } => {
                let (deleted, purged) = ((*delete_time).into(), (*purge_time).into());
                (OrganizationStateBody::Deleted, suspend_reason.clone(), Some(deleted), Some(purged))
            }
        };
        Self {
            name: organization_name(organization.id),
            id: organization.id.to_string(),
            title: organization.title.clone(),
            slug: organization.slug.clone(),
            logo_data_uri: view.logo_data_uri.clone(),
            state,
            suspend_reason,
            kind: organization.kind.clone(),
            region: organization.region.clone(),
            parent: organization.parent().map(organization_name),
            inherits_roles: organization.edge.map(|edge| edge.inherits_roles),
            inherits_settings: organization.edge.map(|edge| edge.inherits_settings),
            labels: organization.labels.clone(),
            external_id: organization.external_id.clone(),
            billing_synced: organization.edge.map(|edge| edge.billing_synced),
            identity_provider_synced: organization.edge.map(|edge| edge.identity_provider_synced),
            contacts: (&organization.profile.contacts).into(),
            flags: organization.profile.flags.iter().copied().map(Into::into).collect(),
            blocked_email_domains: organization.profile.blocked_email_domains.clone(),
            features: organization.profile.features.clone(),
            owner_display_name: view.owner.as_ref().map(|owner| owner.display_name.clone()),
            owner_email: view.owner.as_ref().map(|owner| owner.email.to_string()),
            create_time: organization.create_time.into(),
            update_time: organization.update_time.into(),
            delete_time,
            purge_time,
            etag: view.etag(),
        }
    }
}

impl OrganizationBody {
    /// The answer that is one organization.
    pub fn resource(view: OrganizationView) -> Resource<Self> {
        Resource::new(Self::from(&view)).etag(view.etag())
    }
}

/// A page of organizations.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationList {
    /// The organizations
    pub organizations: Vec<OrganizationBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub total_size: Option<u64>,
}

impl From<Listing<OrganizationView>> for OrganizationList {
    fn from(page: Listing<OrganizationView>) -> Self {
        Self {
            organizations: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// What a new organization is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewChildBody {
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "Acme")]
    pub title: String,
    /// The name in URLs; none: made from the title
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "acme"
    )]
    pub slug: Option<String>,
    /// The customer's own id for it, visible ASCII
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 255, example = "crm-4711")]
    pub external_id: Option<String>,
    /// What it is to the product; none: `tenant` at the top, else `organization`
    #[serde(default)]
    #[schema(nullable = false, pattern = "^[a-z][a-z0-9_-]{0,31}$", example = "department")]
    pub kind: Option<String>,
    /// Where it is provisioned: this service's region
    #[serde(default)]
    #[schema(nullable = false, example = "local")]
    pub region: Option<String>,
    /// At most 64 labels, keys and values as Kubernetes has them
    #[serde(default)]
    #[schema(example = json!({"env": "prod"}))]
    pub labels: BTreeMap<String, String>,
}

impl From<NewChildBody> for NewOrganization {
    fn from(body: NewChildBody) -> Self {
        Self {
            title: body.title,
            slug: body.slug,
            external_id: body.external_id,
            kind: body.kind,
            region: body.region,
            labels: body.labels,
        }
    }
}
