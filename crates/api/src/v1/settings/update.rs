//! `PATCH {O}/settings`

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::settings::update;
use polity_domain::settings::Entry;
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{SettingBody, SettingsBody};
use crate::v1::common::OrganizationPath;

/// What to set.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SettingsPatch {
    /// Keys to set; `null` takes away what was set, the others stay
    #[schema(value_type = BTreeMap<String, SettingBody>, example = json!({"api_keys.max_lifetime_days": {"value": 90, "mode": "enforced"}}))]
    settings: BTreeMap<String, Option<SettingBody>>,
}

/// Change what an organization has set
///
/// A value with the mode `default` holds here and below until somebody below sets another; with `enforced`
/// it holds for all below, whatever they have set. A key that is enforced above cannot be set (409
/// `setting_enforced`).
#[utoipa::path(patch, path = "/organizations/{organization_id}/settings",
    operation_id = "update_organization_settings", tag = "Organizations", params(OrganizationPath),
    request_body = SettingsPatch,
    responses((status = 200, description = "What it has set now", body = SettingsBody), Problems))]
pub async fn update_organization_settings(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<SettingsPatch>,
) -> Result<Resource<SettingsBody>, Problem> {
    let changes = body.settings.into_iter().map(|(key, entry)| (key, entry.map(Entry::from))).collect();
    Ok(SettingsBody::resource(update(&op, at.organization_id, changes, &if_match).await?))
}
