//! API keys: an organization's own credentials. They survive their maker and never do more than
//! their maker could grant. A key has two secrets at most, so that it can be rotated in peace.

mod change;
mod network;

pub use change::{ApiKeyUpdate, BeyondMaker};
pub use ipnet::IpNet;
pub use network::{InvalidNetwork, parse_network};

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::ids::{ApiKeyId, OrganizationId, ServiceAccountId};
use crate::roles::Principal;
use crate::time::Time;

/// An organization's API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id, part of the key's text.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub organization_id: OrganizationId,
    /// Its display name.
    pub title: String,
    /// The service account that it acts for, with what that holds; none: it holds what is written on it.
    pub service_account_id: Option<ServiceAccountId>,
    /// The names of its permissions. Of a key that acts for a service account: no more than these of what
    /// that holds; none: all of it.
    pub permissions: BTreeSet<String>,
    /// Its permissions also hold on descendants, by edges that inherit roles.
    pub descendants: bool,
    /// Where it may be used from; empty: anywhere.
    pub allowed_cidrs: Vec<IpNet>,
    /// Requests a minute; none: without limit.
    pub rate_limit_per_minute: Option<u32>,
    /// When it ends by itself; judged at use.
    pub expire_time: Option<Time>,
    /// Its live secrets, the newest first; one, or two while it is being rotated.
    pub secrets: Vec<KeySecret>,
    /// Whether it was revoked.
    pub revoked: Option<Revoked>,
    /// Who made it.
    pub creator: Principal,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// What is kept of one secret of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySecret {
    /// 1 for the first secret of the key, and so on.
    pub number: u32,
    /// The keyed hash, 64 hexadecimal digits.
    pub hash: String,
    /// When it was made.
    pub create_time: Time,
    /// When it ends by itself (the overlap of a rotation).
    pub expire_time: Option<Time>,
}

/// That and why a key was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Why.
    pub reason: RevocationReason,
    /// When.
    pub revoke_time: Time,
}

/// Why a key was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RevocationReason {
    /// It became known to others.
    Leaked,
    /// Another took its place.
    Rotated,
    /// Whoever looked after it left.
    OwnerLeft,
    /// Nobody needs it.
    Unused,
    /// Something else.
    Other,
}

impl RevocationReason {
    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leaked => "LEAKED",
            Self::Rotated => "ROTATED",
            Self::OwnerLeft => "OWNER_LEFT",
            Self::Unused => "UNUSED",
            Self::Other => "OTHER",
        }
    }
}

/// Why a key cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// It was revoked.
    #[error("the key was revoked")]
    Revoked,
    /// It has expired.
    #[error("the key has expired")]
    Expired,
    /// It has two live secrets already.
    #[error("the key has two live secrets already; retire the old one first")]
    TwoSecrets,
    /// It has only one secret.
    #[error("the key has no old secret to retire")]
    NoOldSecret,
}

impl ApiKey {
    /// Whether it can be used or changed at `now`.
    pub fn alive(&self, now: Time) -> Result<(), KeyRefused> {
        if self.revoked.is_some() {
            Err(KeyRefused::Revoked)
        } else if self.expire_time.is_some_and(|end| now >= end) {
            Err(KeyRefused::Expired)
        } else {
            Ok(())
        }
    }

    /// `ACTIVE`, `REVOKED` or `EXPIRED`.
    pub fn state(&self, now: Time) -> &'static str {
        match self.alive(now) {
            Err(KeyRefused::Revoked) => "REVOKED",
            Err(_) => "EXPIRED",
            Ok(()) => "ACTIVE",
        }
    }

    /// The secrets that are valid at `now`.
    pub fn live_secrets(&self, now: Time) -> impl Iterator<Item = &KeySecret> {
        self.secrets.iter().filter(move |secret| secret.expire_time.is_none_or(|end| now < end))
    }

    /// Whether it may be used from `address`. An IPv4-mapped IPv6 address counts as its IPv4 one.
    pub fn allows_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allowed_cidrs.is_empty() || self.allowed_cidrs.iter().any(|network| network.contains(&address))
    }

    /// Gives it a second secret; the old one stays valid for `overlap_seconds`.
    pub fn rotate(&self, hash: String, overlap_seconds: i64, now: Time) -> Result<Self, KeyRefused> {
        self.alive(now)?;
        let mut secrets: Vec<KeySecret> = self.live_secrets(now).cloned().collect();
        if secrets.len() > 1 {
            return Err(KeyRefused::TwoSecrets);
        }
        for old in &mut secrets {
            old.expire_time = Some(now.plus_seconds(overlap_seconds));
        }
        let number = self.secrets.iter().map(|secret| secret.number).max().unwrap_or(0) + 1;
        secrets.insert(0, KeySecret { number, hash, create_time: now, expire_time: None });
        secrets.retain(|secret| secret.expire_time.is_none_or(|end| now < end));
        Ok(Self { secrets, update_time: now, ..self.clone() })
    }

    /// Ends the older of two secrets at once.
    pub fn retire_old_secret(&self, now: Time) -> Result<Self, KeyRefused> {
        self.alive(now)?;
        let mut secrets: Vec<KeySecret> = self.live_secrets(now).cloned().collect();
        if secrets.len() < 2 {
            return Err(KeyRefused::NoOldSecret);
        }
        secrets.truncate(1);
        Ok(Self { secrets, update_time: now, ..self.clone() })
    }

    /// Ends it for good.
    pub fn revoke(&self, reason: RevocationReason, now: Time) -> Result<Self, KeyRefused> {
        if self.revoked.is_some() {
            return Err(KeyRefused::Revoked);
        }
        Ok(Self { revoked: Some(Revoked { reason, revoke_time: now }), update_time: now, ..self.clone() })
    }
}
