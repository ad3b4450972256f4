//! `POST {O}/groups`

use garde::Validate;
use polity_app::etag;
use polity_app::groups::{NewGroup, create};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{GroupBody, a_description, an_external_id};
use crate::v1::common::OrganizationPath;

/// What the new group is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBody {
    /// The display name
    #[garde(skip)]
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Support")]
    title: Title,
    /// What another system calls it; no other group of the organization has it
    #[serde(default)]
    #[garde(inner(custom(an_external_id)))]
    #[schema(min_length = 1, max_length = 255, example = "crm-4711")]
    external_id: Option<String>,
    /// What it is for
    #[serde(default)]
    #[garde(custom(a_description))]
    #[schema(max_length = 500, example = "Answers customers")]
    description: String,
}

/// Make a group
///
/// Nobody is in it and it holds nothing. Roles are assigned to it like to a person; those who are in it
/// hold them as long as they are members of the organization.
#[utoipa::path(post, path = "/organizations/{organization_id}/groups", operation_id = "create_group", tag = "Groups",
    params(OrganizationPath), request_body = NewGroupBody,
    responses((status = 201, description = "The group", body = GroupBody), Problems))]
pub async fn create_group(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewGroupBody>,
) -> Result<Created<GroupBody>, Problem> {
    let NewGroupBody { title, external_id, description } = body;
    let view = create(&op, at.organization_id, NewGroup { title, external_id, description }).await?;
    let tag = etag(view.1);
    let body = GroupBody::from(view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
