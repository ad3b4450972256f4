//! A clock that stands still.

use std::sync::atomic::{AtomicI64, Ordering};

use polity_app::ports::Clock;
use polity_domain::time::Time;

/// 2026-01-31T12:00:00Z.
const START: i64 = 1_769_860_800_000_000;

/// A clock that a test moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START))
    }
}

impl TestClock {
    /// Goes on (or back) by so many seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Goes on by so many microseconds.
    pub fn advance_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}
