//! `PATCH {O}`

use std::collections::{BTreeMap, BTreeSet};

use garde::Validate;
use polity_app::customizations::Look;
use polity_app::organizations::{OrganizationUpdate, ProfileUpdate, update};
use polity_domain::customizations::Logo;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::OrganizationBody;
use super::profile::{ContactsBody, FlagBody, flags};
use crate::v1::common::OrganizationPath;

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrganizationPatch {
    /// The display name
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 120, example = "Acme")]
    title: Option<String>,
    /// The name in URLs
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "acme"
    )]
    slug: Option<String>,
    /// The customer's own id for it; `null` takes it away
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "crm-4711")]
    external_id: Maybe<String>,
    /// What it is to the product
    #[serde(default)]
    #[schema(nullable = false, pattern = "^[a-z][a-z0-9_-]{0,31}$", example = "department")]
    kind: Option<String>,
    /// Labels to set; `null` takes one away, the others stay
    #[serde(default)]
    #[schema(example = json!({"env": "prod", "old": null}))]
    labels: BTreeMap<String, Option<String>>,
    /// Whether roles held on the parent reach it; needs `organizations.move` as well
    #[serde(default)]
    #[schema(nullable = false, example = true)]
    inherits_roles: Option<bool>,
    /// Whether settings of the parent reach it; needs `organizations.move` as well
    #[serde(default)]
    #[schema(nullable = false, example = true)]
    inherits_settings: Option<bool>,
    /// Whether it is billed to the parent; needs `organizations.move` as well
    #[serde(default)]
    #[schema(nullable = false, example = true)]
    billing_synced: Option<bool>,
    /// Whether it signs in by the parent's identity provider; needs `organizations.move` as well
    #[serde(default)]
    #[schema(nullable = false, example = true)]
    identity_provider_synced: Option<bool>,
    /// Who is written to, all of them
    #[serde(default)]
    #[schema(nullable = false)]
    contacts: Option<ContactsBody>,
    /// What is so of it as an account, all of it
    #[serde(default)]
    #[schema(nullable = false, example = json!(["INVOICED"]))]
    flags: Option<BTreeSet<FlagBody>>,
    /// Nobody of these domains is invited or added; subdomains are others
    #[serde(default)]
    #[schema(nullable = false, max_items = 100, example = json!(["example.org"]))]
    blocked_email_domains: Option<BTreeSet<String>>,
    /// What the product has switched on, in its own words
    #[serde(default)]
    #[schema(nullable = false, max_items = 100, example = json!(["reports"]))]
    features: Option<BTreeSet<String>>,
    /// The logo: a data URI of a PNG, JPEG or WebP picture of at most 256 KiB; `null` takes it away. Needs
    /// `customizations.update` as well
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 349_590, example = "data:image/png;base64,…")]
    logo_data_uri: Maybe<String>,
}

impl From<OrganizationPatch> for OrganizationUpdate {
    fn from(body: OrganizationPatch) -> Self {
        let look = |logo: Option<String>| Look { logo: Some(logo.map(Logo::DataUri)), ..Look::default() };
        Self {
            title: body.title,
            slug: body.slug,
            external_id: body.external_id.change(),
            kind: body.kind,
            labels: body.labels,
            inherits_roles: body.inherits_roles,
            inherits_settings: body.inherits_settings,
            billing_synced: body.billing_synced,
            identity_provider_synced: body.identity_provider_synced,
            profile: ProfileUpdate {
                contacts: body.contacts.map(Into::into),
                flags: body.flags.map(flags),
                blocked_email_domains: body.blocked_email_domains,
                features: body.features,
            },
            look: body.logo_data_uri.change().map(look),
        }
    }
}

/// Change an organization
///
/// A change that would leave it, or one below it, without an owner is refused with 409 `last_owner`.
#[utoipa::path(patch, path = "/organizations/{organization_id}", operation_id = "update_organization",
    tag = "Organizations", params(OrganizationPath), request_body = OrganizationPatch,
    responses((status = 200, description = "The organization as it is now", body = OrganizationBody), Problems))]
pub async fn update_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<OrganizationPatch>,
) -> Result<Resource<OrganizationBody>, Problem> {
    let view = update(&op, at.organization_id, body.into(), &if_match).await?;
    Ok(OrganizationBody::resource(view))
}
