//! Verifying a key that was presented to a product: for the product's own backend.

use std::net::IpAddr;

use polity_domain::access::Circumstances;
use polity_domain::ids::{ApiKeyId, OrganizationId, ServiceAccountId};
use polity_domain::permissions::API_KEYS_VERIFY;
use polity_domain::roles::Principal;
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::time::Time;

use super::authenticate::{Presented, authenticate, authenticate_within};
use crate::{AppError, Op};

/// What is known of a presented key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// It is not good: unknown, ended, used from elsewhere, or nothing that the caller may know of. Which
    /// of these it is, is not told.
    Invalid,
    /// It is good, but has asked too often in this minute.
    Limited {
        /// When it may ask again, in seconds.
        retry_after: u64,
    },
    /// It is good.
    Valid(Verified),
}

/// A key that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Which one it is.
    pub api_key_id: ApiKeyId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The service account that it acts for.
    pub service_account_id: Option<ServiceAccountId>,
    /// Its display name.
    pub title: String,
    /// Everything that it may do in its organization now.
    pub permissions: Vec<String>,
    /// They also hold on descendants, by edges that inherit roles.
    pub descendants: bool,
    /// Which of its secrets was presented.
    pub secret_number: u32,
    /// What it has left in this minute; none: it has no limit.
    pub remaining: Option<u32>,
    /// When it ends by itself.
    pub expire_time: Option<Time>,
}

/// Verifies a key for a product that it was presented to, from `address` if that is known. A key with
/// networks is good only with an address in one of them. Counts as one of the key's requests.
///
/// No statement runs on SQLite once the key's tree is in memory, nor on PostgreSQL when it is the tree of a
/// calling key; else it is a part of one.
///
/// # Errors
/// 401 for nobody. Whoever lacks `api_keys.verify` where the key belongs is told that it is invalid.
#[tracing::instrument(name = "api_keys.verify", level = "debug", skip_all)]
pub async fn verify(op: &Op, text: &str, address: Option<IpAddr>) -> Result<Verification, AppError> {
    let caller = op.asker()?;
    let (app, now) = (op.app(), op.now());
    let Ok(token) = Token::parse(text) else { return Ok(Verification::Invalid) };
    let Some(found) = presented(op, &token).await? else { return Ok(Verification::Invalid) };
    let (key, snapshot) = (&found.key, &found.snapshot);
    let allowed = snapshot.permit(&caller, API_KEYS_VERIFY, key.organization_id, op.moment()).is_ok();
    let from_there = match address {
        Some(address) => key.allows_address(address),
        None => key.allowed_cidrs.is_empty(),
    };
    if !allowed || !from_there {
        return Ok(Verification::Invalid);
    }
    app.key_uses.note(key.id, found.secret_number, now);
    if let Err(error) = app.key_rates.spend(key, now) {
        return Ok(Verification::Limited { retry_after: error.retry_after.unwrap_or(1).into() });
    }
    let circumstances = Circumstances { now, ip_address: address, given: None };
    let principal = Principal::ApiKey(key.id);
    let held = snapshot.effective_on(&principal, key.organization_id, None, circumstances);
    Ok(Verification::Valid(Verified {
        api_key_id: key.id,
        organization_id: key.organization_id,
        service_account_id: key.service_account_id,
        permissions: snapshot.permission_names(&held).map(str::to_owned).collect(),
        // What a service account holds are roles, which reach down.
        descendants: key.descendants || key.service_account_id.is_some(),
        secret_number: found.secret_number,
        remaining: app.key_rates.left(key, now),
        expire_time: key.expire_time,
        title: key.title.clone(),
    }))
}

/// From memory, if the answer may be that old and memory takes the key for good.
async fn presented(op: &Op, token: &Token) -> Result<Option<Presented>, AppError> {
    if token.kind == TokenKind::ApiKey
        && let Some(most) = op.within()
        && let Some((found, age)) = authenticate_within(op.app(), token, most, op.now())
    {
        op.aged(age);
        return Ok(Some(found));
    }
    authenticate(op.app(), token, op.fresh(), op.now()).await
}
