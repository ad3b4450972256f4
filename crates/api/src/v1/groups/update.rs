//! `PATCH {O}/groups/{group_id}`

use garde::Validate;
use polity_app::groups::update;
use polity_domain::groups::GroupUpdate;
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{GroupBody, GroupPath, a_description, an_external_id, resource};

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GroupPatch {
    /// The display name
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Support")]
    title: Option<Title>,
    /// What another system calls it; `null` clears it
    #[serde(default)]
    #[garde(inner(custom(an_external_id)))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "crm-4711")]
    external_id: Maybe<String>,
    /// What it is for
    #[serde(default)]
    #[garde(inner(custom(a_description)))]
    #[schema(max_length = 500, example = "Answers customers")]
    description: Option<String>,
}

/// Change a group
///
/// Who is in it and what it holds stays.
#[utoipa::path(patch, path = "/organizations/{organization_id}/groups/{group_id}", operation_id = "update_group",
    tag = "Groups", params(GroupPath), request_body = GroupPatch,
    responses((status = 200, description = "The group as it is now", body = GroupBody), Problems))]
pub async fn update_group(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<GroupPatch>,
) -> Result<Resource<GroupBody>, Problem> {
    let change = GroupUpdate {
        title: body.title.map(|title| title.to_string()),
        external_id: body.external_id.change(),
        description: body.description,
    };
    Ok(resource(update(&op, at.organization_id, at.group_id, change, &if_match).await?))
}
