//! What a use case needs of the world, handed in so that tests can fix it: the clock and chance.

use std::time::{SystemTime, UNIX_EPOCH};

use polity_domain::time::Time;
pub use polity_store::Chance;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> Time;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Time {
        // A clock before 1970 is wrong, whatever it says.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).map_or(Time::MAX, Time)
    }
}

/// The system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws ids")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that draws at random")]
    fn fill(&self, bytes: &mut [u8]) {
        use rand::RngExt;
        rand::rng().fill(bytes);
    }
}
