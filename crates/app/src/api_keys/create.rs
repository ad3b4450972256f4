//! Making a key.

use std::collections::BTreeSet;

use polity_domain::api_keys::{ApiKey, IpNet, KeySecret};
use polity_domain::ids::{ApiKeyId, OrganizationId, ServiceAccountId};
use polity_domain::ledger::event::Change;
use polity_domain::limits::Limited;
use polity_domain::permissions::API_KEYS_CREATE;
use polity_domain::time::Time;
use polity_store::Writer;

use super::check::{future, known_permissions, within_maker, within_settings};
use super::secret::draw;
use super::view::{ApiKeyView, NewSecret, Uses};
use crate::limits::room;
use crate::{AppError, Op};

/// How many keys of an organization can be alive: they are kept in memory.
const MOST: u64 = 1_000;

/// What the new key is to be.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Its display name.
    pub title: String,
    /// The service account that it acts for.
    pub service_account: Option<ServiceAccountId>,
    /// The names of its permissions; for a service account, none: all that it holds.
    pub permissions: Vec<String>,
    /// Its permissions also hold on descendants, by edges that inherit roles.
    pub descendants: bool,
    /// Where it may be used from; empty: anywhere.
    pub allowed_cidrs: Vec<IpNet>,
    /// Requests a minute; none: without limit.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself.
    pub expire_time: Option<Time>,
}

/// Makes a key, and shows its secret for the only time.
///
/// # Errors
/// 400 `unknown_permission`, `unknown_principal` for a service account that is not there, or for an end that
/// has passed; 403 `cannot_grant` for a permission that the
/// caller does not hold as far as the key would, and for a key that would go beyond the key that makes
/// it; 400 `against_settings` for an end or networks that the settings do not allow; 409 `limit_reached`,
/// `limit_exceeded`.
#[tracing::instrument(name = "api_keys.create", skip_all, fields(%organization))]
pub async fn create(op: &Op, organization: OrganizationId, new: NewApiKey) -> Result<NewSecret, AppError> {
    let now = op.now();
    future(new.expire_time, now)?;
    let unit = op.write(API_KEYS_CREATE, organization).await?;
    let permissions = known_permissions(unit.snapshot(), &BTreeSet::new(), new.permissions)?;
    if let Some(account) = new.service_account {
        check_account(&unit, account, new.descendants)?;
    }
    let id = ApiKeyId::from_uuid(op.new_id());
    let (secret, hash) = draw(op, id);
    let key = ApiKey {
        id,
        organization_id: organization,
        title: new.title,
        service_account_id: new.service_account,
        permissions,
        descendants: new.descendants,
        allowed_cidrs: new.allowed_cidrs,
        rate_limit_per_minute: new.rate_limit_per_minute,
        expire_time: new.expire_time,
        secrets: vec![KeySecret { number: 1, hash, create_time: now, expire_time: None }],
        revoked: None,
        creator: op.principal()?,
        create_time: now,
        update_time: now,
    };
    unit.snapshot().may_make_key(&op.principal()?, &key, now)?;
    within_maker(op, &unit, &key)?;
    within_settings(&unit, &key, true, true).await?;
    if unit.api_keys().count_active(now).await? >= MOST {
        let detail = format!("An organization has at most {MOST} live keys; revoke one first.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    room(&unit, organization, Limited::ApiKeys).await?.take()?;
    let revision = unit.commit(Change::ApiKeyCreated(key.clone())).await?;
    let view = ApiKeyView::new(key, revision.row(), &Uses::new(), now);
    Ok(NewSecret { view, secret })
}

/// A key acts for a service account of its own organization, and reaches as far as that.
fn check_account(unit: &Writer, account: ServiceAccountId, descendants: bool) -> Result<(), AppError> {
    if !unit.snapshot().has_service_account(unit.organization(), account) {
        let detail = "is not a service account of this organization";
        return Err(AppError::invalid("/service_account", "unknown_principal", detail));
    }
    if descendants {
        let detail = "a key of a service account reaches as far as what that holds";
        return Err(AppError::invalid("/descendants", "invalid_value", detail));
    }
    Ok(())
}
