//! `PATCH {O}/preferences`

use garde::Validate;
use polity_app::preferences::update;
use polity_domain::preferences::PreferencesUpdate;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::PreferencesBody;
use crate::v1::common::OrganizationPath;

/// What to change; what is absent stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PreferencesPatch {
    /// Whether the support team may open the organization's workspaces to look for a fault
    #[serde(default)]
    #[schema(nullable = false, example = true)]
    support_team_access: Option<bool>,
    /// The language and region that its people read: a BCP 47 tag
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 35, example = "de-AT")]
    locale: Maybe<String>,
    /// Where its days begin: a name of the IANA time zone database
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, example = "Europe/Vienna")]
    time_zone: Maybe<String>,
}

/// Change an organization's preferences
///
/// What is absent stays as it is, and `null` takes away.
#[utoipa::path(patch, path = "/organizations/{organization_id}/preferences",
    operation_id = "update_organization_preferences", tag = "Organizations", params(OrganizationPath),
    request_body = PreferencesPatch,
    responses((status = 200, description = "The preferences as they are now", body = PreferencesBody), Problems))]
pub async fn update_organization_preferences(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<PreferencesPatch>,
) -> Result<Resource<PreferencesBody>, Problem> {
    let change = PreferencesUpdate {
        support_team_access: body.support_team_access,
        locale: body.locale.change(),
        time_zone: body.time_zone.change(),
    };
    Ok(PreferencesBody::resource(update(&op, at.organization_id, change, &if_match).await?))
}
