//! `POST {O}/audit-actions`

use garde::Validate;
use polity_app::audit::{NewAction, register};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::actions::{AuditActionBody, CrudBody};
use crate::v1::common::OrganizationPath;

/// A kind of events of an application's own product.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewAuditActionBody {
    /// What the application calls it; none of Polity's own resources before a dot
    #[garde(length(bytes, max = 128))]
    #[schema(max_length = 128, pattern = "^[A-Za-z][A-Za-z0-9_.-]{0,127}$", example = "documents.published")]
    name: String,
    /// What happens, for a person
    #[garde(custom(a_line))]
    #[schema(min_length = 1, max_length = 500, example = "A document was published")]
    description: String,
    /// What it does to its target
    #[garde(skip)]
    crud: CrudBody,
}

pub(super) fn a_line(text: &str, _: &()) -> garde::Result {
    polity_domain::text::check_line(text, polity_domain::audit::MAX_DESCRIPTION).map_err(garde::Error::new)
}

/// Register a kind of audit events
///
/// It is known in the organization and below where its roles reach, at most 1000 of one organization. It
/// may be registered again, to describe it anew; the same once more changes nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/audit-actions", operation_id = "create_audit_action",
    tag = "Audit", params(OrganizationPath), request_body = NewAuditActionBody,
    responses((status = 201, description = "The kind of events", body = AuditActionBody), Problems))]
pub async fn create_audit_action(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewAuditActionBody>,
) -> Result<Created<AuditActionBody>, Problem> {
    let NewAuditActionBody { name, description, crud } = body;
    let new = NewAction { name, description, crud: crud.into() };
    let body = AuditActionBody::new(at.organization_id, register(&op, at.organization_id, new).await?);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location))
}
