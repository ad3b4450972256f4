//! `POST {O}/roles`

use std::collections::BTreeSet;

use garde::Validate;
use polity_app::roles::{NewRole, create};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{RoleBody, ScopeBody, a_description, names, tag};
use crate::v1::common::OrganizationPath;

/// What the new role is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewRoleBody {
    /// The display name, unlike that of any other role of the organization and of built-in ones
    #[garde(skip)]
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Support")]
    title: Title,
    /// What it is for
    #[serde(default)]
    #[garde(custom(a_description))]
    #[schema(max_length = 500, example = "Answers customers")]
    description: String,
    /// Where it can be held
    #[serde(default = "on_organizations")]
    #[garde(skip)]
    scope: ScopeBody,
    /// The names of its permissions; the caller must hold them all
    #[serde(default)]
    #[garde(custom(names))]
    #[schema(max_items = 2000, example = json!(["members.read"]))]
    permissions: BTreeSet<String>,
}

fn on_organizations() -> ScopeBody {
    ScopeBody::Organization
}

/// Make a custom role
///
/// The organizations below can use it as well, as far as they inherit roles. Nobody makes a role with
/// more permissions than they hold.
#[utoipa::path(post, path = "/organizations/{organization_id}/roles", operation_id = "create_role", tag = "Roles",
    params(OrganizationPath), request_body = NewRoleBody,
    responses((status = 201, description = "The role", body = RoleBody), Problems))]
pub async fn create_role(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewRoleBody>,
) -> Result<Created<RoleBody>, Problem> {
    let NewRoleBody { title, description, scope, permissions } = body;
    let new = NewRole { title, description, scope: scope.into(), permissions };
    let view = create(&op, at.organization_id, new).await?;
    let tag = tag(&view).unwrap_or_default();
    let body = RoleBody::new(at.organization_id, view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
