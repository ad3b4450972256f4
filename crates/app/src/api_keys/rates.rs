//! How often a key may ask: a fixed window of a minute, in memory of each replica.

use std::collections::HashMap;

use parking_lot::Mutex;
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::ApiKeyId;
use polity_domain::time::Time;

use crate::AppError;
use crate::error::Quota;

/// Seconds in a window.
const WINDOW: i64 = 60;

/// What limited keys have spent in the current minute.
#[derive(Default)]
pub struct Rates {
    spent: Mutex<(i64, HashMap<ApiKeyId, u32>)>,
}

impl Rates {
    /// Spends one request of a key's rate; 429 when it has none left. A key without a limit costs
    /// nothing here.
    pub fn spend(&self, key: &ApiKey, now: Time) -> Result<(), AppError> {
        let Some(limit) = key.rate_limit_per_minute else { return Ok(()) };
        let seconds = now.unix_seconds();
        let window = seconds.div_euclid(WINDOW);
        let mut spent = self.spent.lock();
        if spent.0 != window {
            *spent = (window, HashMap::new());
        }
        let amount = spent.1.entry(key.id).or_insert(0);
        if *amount >= limit {
            let quota = Quota { name: "api-key", amount: limit.into(), window: 60 };
            let left = WINDOW - seconds.rem_euclid(WINDOW);
            return Err(AppError::too_many(quota, u32::try_from(left).unwrap_or(60)));
        }
        *amount += 1;
        Ok(())
    }

    /// What a key has left in this minute; none when it has no limit.
    pub fn left(&self, key: &ApiKey, now: Time) -> Option<u32> {
        let limit = key.rate_limit_per_minute?;
        let spent = self.spent.lock();
        let current = spent.0 == now.unix_seconds().div_euclid(WINDOW);
        Some(limit.saturating_sub(spent.1.get(&key.id).copied().filter(|_| current).unwrap_or(0)))
    }
}
