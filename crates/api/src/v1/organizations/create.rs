//! `POST /organizations`

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::organizations::create;
use polity_web::{Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{NewChildBody, OrganizationBody};
use crate::v1::common::OrganizationRef;

/// What a new organization is to be, and where it is to hang.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewOrganizationBody {
    /// The parent, by id or resource name; none (or `root`): it is a tenant, at the top of a tree of its own
    #[serde(default)]
    #[schema(nullable = false)]
    parent: Option<OrganizationRef>,
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "Acme")]
    title: String,
    /// The name in URLs; none: made from the title
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "acme"
    )]
    slug: Option<String>,
    /// The customer's own id for it, visible ASCII
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 255, example = "crm-4711")]
    external_id: Option<String>,
    /// What it is to the product; none: `tenant` at the top, else `organization`
    #[serde(default)]
    #[schema(nullable = false, pattern = "^[a-z][a-z0-9_-]{0,31}$", example = "tenant")]
    kind: Option<String>,
    /// Where it is provisioned: this service's region
    #[serde(default)]
    #[schema(nullable = false, example = "local")]
    region: Option<String>,
    /// At most 64 labels, keys and values as Kubernetes has them
    #[serde(default)]
    #[schema(example = json!({"env": "prod"}))]
    labels: BTreeMap<String, String>,
}

/// Create an organization
///
/// Without a parent it is a tenant: who may make one is the instance's setting, and a key cannot. A child
/// needs `organizations.create` on its parent. The person who makes it becomes its owner; what a key makes
/// is owned by those who own the parent.
#[utoipa::path(post, path = "/organizations", operation_id = "create_organization", tag = "Organizations",
    request_body = NewOrganizationBody,
    responses((status = 201, description = "The organization", body = OrganizationBody), Problems))]
pub async fn create_organization(
    Caller(op): Caller,
    Body(body): Body<NewOrganizationBody>,
) -> Result<Created<OrganizationBody>, Problem> {
    let NewOrganizationBody { parent, title, slug, external_id, kind, region, labels } = body;
    let new = NewChildBody { title, slug, external_id, kind, region, labels };
    let view = create(&op, parent.map(|parent| parent.0), new.into()).await?;
    let body = OrganizationBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(view.etag()))
}
