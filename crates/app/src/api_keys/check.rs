//! What a key may be given: nobody hands out more than they hold, and no key outgrows its maker.

use std::collections::BTreeSet;

use polity_domain::access::Snapshot;
use polity_domain::api_keys::ApiKey;
use polity_domain::time::Time;
use polity_store::Writer;

use crate::settings::{against_settings, policy};
use crate::{AppError, Caller, Kind, Op};

/// Names of permissions as a key holds them: each must be one that it has already, or be known here and
/// still be granted.
pub(super) fn known_permissions(
    snapshot: &Snapshot,
    has: &BTreeSet<String>,
    names: Vec<String>,
) -> Result<BTreeSet<String>, AppError> {
    for (position, name) in names.iter().enumerate().filter(|(_, name)| !has.contains(*name)) {
        let refused =
            |detail| AppError::invalid(format!("/permissions/{position}"), "unknown_permission", detail);
        if snapshot.catalogue().index(name).is_none() {
            return Err(refused("is not a permission that is known in this organization"));
        }
        let mut registered = snapshot.catalogue().registered();
        if registered.any(|(_, entry)| entry.deprecated && entry.name == *name) {
            return Err(refused("is deprecated: it is granted no longer"));
        }
    }
    Ok(names.into_iter().collect())
}

/// If the caller is a key itself, this one lives no longer and reaches no farther.
pub(super) fn within_maker(op: &Op, unit: &Writer, key: &ApiKey) -> Result<(), AppError> {
    let Caller::ApiKey { api_key_id, .. } = op.caller() else { return Ok(()) };
    let maker = unit.snapshot().api_key(*api_key_id).ok_or_else(AppError::unauthenticated)?;
    let beyond = |error: polity_domain::api_keys::BeyondMaker| {
        AppError::new(Kind::Forbidden, "cannot_grant", error.to_string())
    };
    key.within(maker).map_err(beyond)
}

/// What is said of the key's end, or of its networks, is as the organization's settings want it. What is
/// not said anew may stay as it was before the settings.
pub(super) async fn within_settings(
    unit: &Writer,
    key: &ApiKey,
    end: bool,
    networks: bool,
) -> Result<(), AppError> {
    let policy = policy(unit, key.organization_id).await?;
    if end {
        let checked = policy.check_lifetime(key.create_time, key.expire_time);
        checked.map_err(|error| against_settings("/expire_time", error.to_string()))?;
    }
    if networks {
        let checked = policy.check_networks(key.allowed_cidrs.len());
        checked.map_err(|error| against_settings("/allowed_cidrs", error.to_string()))?;
    }
    Ok(())
}

/// An end lies ahead.
pub(super) fn future(expire_time: Option<Time>, now: Time) -> Result<(), AppError> {
    if expire_time.is_some_and(|end| end <= now) {
        Err(AppError::invalid("/expire_time", "invalid_value", "must lie in the future"))
    } else {
        Ok(())
    }
}
