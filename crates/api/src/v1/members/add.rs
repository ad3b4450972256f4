//! `POST {O}/members`

use garde::Validate;
use polity_app::members::{NewMember, add};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::MemberBody;
use crate::v1::common::{OrganizationPath, RoleRef, Timestamp, UserRef};

/// Whom to add, as what.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewMemberBody {
    /// Who, by id or resource name
    #[garde(skip)]
    user: UserRef,
    /// The roles, by id or resource name; none: Member
    #[serde(default)]
    #[garde(length(max = 100))]
    #[schema(max_items = 100)]
    roles: Vec<RoleRef>,
    /// What they are there
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Head of support")]
    title: Option<Title>,
    /// When the membership ends by itself, as a guest's does
    #[serde(default)]
    #[garde(skip)]
    expire_time: Option<Timestamp>,
}

/// Add a member without an invitation
///
/// For whoever knows the person's id. Nobody gives a role with more permissions than they hold.
#[utoipa::path(post, path = "/organizations/{organization_id}/members", operation_id = "add_member",
    tag = "Members", params(OrganizationPath), request_body = NewMemberBody,
    responses((status = 201, description = "The member", body = MemberBody), Problems))]
pub async fn add_member(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewMemberBody>,
) -> Result<Created<MemberBody>, Problem> {
    let new = NewMember {
        user: body.user.0,
        roles: body.roles.into_iter().map(|role| role.0).collect(),
        title: body.title,
        expire_time: body.expire_time.map(|time| time.0),
    };
    let view = add(&op, at.organization_id, new).await?;
    let tag = view.etag();
    let body = MemberBody::from(view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
