//! Changing what an organization has set.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::SETTINGS_UPDATE;
use polity_domain::settings::{Entry, OrganizationSettings, Policy, definition};

use super::policy;
use crate::if_match::document_etag;
use crate::{AppError, FieldError, IfMatch, Op};

/// Keys to set, and (none) to take away; the others stay.
pub type SettingsUpdate = BTreeMap<String, Option<Entry>>;

/// Changes what an organization has set, for itself and for all below it.
///
/// # Errors
/// 400 `unknown_setting`, or for a value that is not the key's; 409 `setting_enforced` for a key that
/// somebody above enforces (taking away what was set before is allowed); 412.
#[tracing::instrument(name = "settings.update", skip_all, fields(%organization))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    changes: SettingsUpdate,
    if_match: &IfMatch,
) -> Result<(OrganizationSettings, i64), AppError> {
    let changes = read(changes)?;
    let unit = op.write(SETTINGS_UPDATE, organization).await?;
    let (before, revision) = unit.settings().own().await?;
    if_match.check_tag(&document_etag(revision))?;
    check_enforced(&policy(&unit, organization).await?, &changes)?;
    let after = before.update(changes, op.now());
    if after == before {
        return Ok((before, revision));
    }
    let revision = unit.commit(Change::SettingsUpdated(Changed { before, after: after.clone() })).await?;
    Ok((after, revision.row()))
}

/// Each key is one of the catalogue, each value one of its key's.
pub(crate) fn read(changes: SettingsUpdate) -> Result<SettingsUpdate, AppError> {
    let mut read = BTreeMap::new();
    for (key, entry) in changes {
        let Some(definition) = definition(&key) else {
            return Err(AppError::invalid(place(&key), "unknown_setting", "is not a key of the settings"));
        };
        let entry = match entry {
            None => None,
            Some(Entry { value, mode }) => {
                let value = definition.read(value).map_err(|error| {
                    AppError::invalid(format!("{}/value", place(&key)), "invalid_value", error.to_string())
                })?;
                Some(Entry { value, mode })
            }
        };
        read.insert(key, entry);
    }
    Ok(read)
}

fn check_enforced(policy: &Policy, changes: &SettingsUpdate) -> Result<(), AppError> {
    let set = changes.iter().filter(|(_, entry)| entry.is_some()).map(|(key, _)| key);
    let enforced = |key: &String| policy.enforced_above(key).is_some();
    let fields: Vec<_> = set
        .filter(|key| enforced(key))
        .map(|key| FieldError {
            field: place(key),
            code: "setting_enforced",
            detail: "is enforced by an organization above".to_owned(),
        })
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    let detail = "An organization above enforces this setting: it is changed there.";
    Err(AppError { fields, ..AppError::conflict("setting_enforced", detail) })
}

/// Where a key stands in the body, as a JSON pointer.
pub(crate) fn place(key: &str) -> String {
    let key: String = key.chars().take(100).collect();
    format!("/settings/{}", key.replace('~', "~0").replace('/', "~1"))
}
