//! What can be changed of a key, and how far a key may go that another key makes or changes.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{ApiKey, KeyRefused};
use crate::time::Time;

/// What to change of a key; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ApiKeyUpdate {
    /// Its display name.
    pub title: Option<String>,
    /// The names of all its permissions.
    pub permissions: Option<BTreeSet<String>>,
    /// When it ends by itself, or that it does not.
    pub expire_time: Option<Option<Time>>,
    /// Where it may be used from; empty: anywhere.
    pub allowed_cidrs: Option<Vec<IpNet>>,
    /// Requests a minute, or that there is no limit.
    pub rate_limit_per_minute: Option<Option<u32>>,
}

/// How a key would go beyond the key that makes it, changes it or is handed a secret of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BeyondMaker {
    /// It would live longer.
    #[error("a key cannot make one that lives longer than itself")]
    ExpireTime,
    /// It could be used from more places.
    #[error("a key cannot make one that may be used from more networks than itself")]
    AllowedCidrs,
    /// It would hold on descendants, which the other does not.
    #[error("a key that does not hold on descendants cannot make one that does")]
    Descendants,
}

impl ApiKey {
    /// Changes it. A key that has ended stays as it is.
    pub fn update(&self, update: ApiKeyUpdate, now: Time) -> Result<Self, KeyRefused> {
        self.alive(now)?;
        Ok(Self {
            title: update.title.unwrap_or_else(|| self.title.clone()),
            permissions: update.permissions.unwrap_or_else(|| self.permissions.clone()),
            expire_time: update.expire_time.unwrap_or(self.expire_time),
            allowed_cidrs: update.allowed_cidrs.unwrap_or_else(|| self.allowed_cidrs.clone()),
            rate_limit_per_minute: update.rate_limit_per_minute.unwrap_or(self.rate_limit_per_minute),
            update_time: now,
            ..self.clone()
        })
    }

    /// Whether it stays within `maker`, but for its permissions, which are the snapshot's to judge: a key
    /// that fell into wrong hands must not make itself one that outlives its end or its fence.
    pub fn within(&self, maker: &Self) -> Result<(), BeyondMaker> {
        let lives_longer = match (self.expire_time, maker.expire_time) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(own), Some(most)) => own > most,
        };
        if lives_longer {
            Err(BeyondMaker::ExpireTime)
        } else if !self.is_fenced_by(&maker.allowed_cidrs) {
            Err(BeyondMaker::AllowedCidrs)
        } else if self.descendants && !maker.descendants {
            Err(BeyondMaker::Descendants)
        } else {
            Ok(())
        }
    }

    /// Whether each network it may be used from lies in one of `fence`; no fence is around everything.
    fn is_fenced_by(&self, fence: &[IpNet]) -> bool {
        let inside = |network: &IpNet| fence.iter().any(|outer| outer.contains(network));
        fence.is_empty() || (!self.allowed_cidrs.is_empty() && self.allowed_cidrs.iter().all(inside))
    }
}
