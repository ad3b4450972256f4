//! Changing an organization's preferences.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::PREFERENCES_UPDATE;
use polity_domain::preferences::{Preferences, PreferencesUpdate, check_locale, check_time_zone};

use crate::if_match::document_etag;
use crate::support_access_grants::end_all;
use crate::{AppError, IfMatch, Op};

/// Changes an organization's preferences. Letting the support team in no longer ends every support access grant
/// of the organization for good.
///
/// # Errors
/// 400 for a locale or time zone that is not well-formed; 412 when `if_match` is another version.
#[tracing::instrument(name = "preferences.update", skip_all, fields(%organization))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    update: PreferencesUpdate,
    if_match: &IfMatch,
) -> Result<(Preferences, i64), AppError> {
    check(&update)?;
    let unit = op.write(PREFERENCES_UPDATE, organization).await?;
    let (before, revision) = unit.preferences().await?;
    if_match.check_tag(&document_etag(revision))?;
    let begins = unit.snapshot().support_begins(organization, op.now());
    let after = before.update(update, begins, op.now());
    if after == before {
        return Ok((before, revision));
    }
    let mut unit = unit;
    if before.support_team_access && !after.support_team_access {
        end_all(op, &mut unit).await?;
    }
    let revision = unit.commit(Change::PreferencesUpdated(Changed { before, after: after.clone() })).await?;
    Ok((after, revision.row()))
}

/// What is said is well-formed.
pub(crate) fn check(update: &PreferencesUpdate) -> Result<(), AppError> {
    let invalid = |field, error: polity_domain::preferences::InvalidPreference| {
        AppError::invalid(field, "invalid_value", error.to_string())
    };
    if let Some(Some(locale)) = &update.locale {
        check_locale(locale).map_err(|error| invalid("/locale", error))?;
    }
    if let Some(Some(zone)) = &update.time_zone {
        check_time_zone(zone).map_err(|error| invalid("/time_zone", error))?;
    }
    Ok(())
}
