//! When something was last known to be true, and how long ago that is.

use std::time::{Duration, Instant, SystemTime};

/// A moment of this machine, by two of its clocks: one stands still while a machine is put to sleep, the other may be
/// set. Whichever says that more time has passed is believed.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    monotonic: Instant,
    wall: SystemTime,
}

impl Moment {
    /// This moment. No answer is made of it, only the judgement how old one is.
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause of the machine must show, also where time stands still"
    )]
    pub fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    /// How long ago it is. A clock that was set back counts by how far, too.
    pub fn age(self) -> Duration {
        let by_wall = self.wall.elapsed().unwrap_or_else(|back| back.duration());
        self.monotonic.elapsed().max(by_wall)
    }

    /// The same moment by a machine that has slept since, or whose clock was set: for tests.
    #[cfg(test)]
    fn with_wall(self, wall: SystemTime) -> Self {
        Self { wall, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_or_whose_clock_was_set_knows_nothing_that_is_young() {
        let now = Moment::now();
        assert!(now.age() < Duration::from_secs(30));
        let hour = Duration::from_hours(1);
        assert!(now.with_wall(now.wall - hour).age() >= hour);
        assert!(now.with_wall(now.wall + hour).age() > hour / 2);
    }
}
