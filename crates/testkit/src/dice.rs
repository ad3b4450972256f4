//! Chance that repeats itself by its seed. Tests of floors below this crate take this file by its path.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The seed of this run: a new one, or the one that `POLITY_TEST_SEED` names.
#[expect(clippy::disallowed_methods, reason = "a test is told by the environment what to repeat")]
pub fn seed() -> u64 {
    let given = std::env::var("POLITY_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(rand::random);
    eprintln!("POLITY_TEST_SEED={seed} repeats this run");
    seed
}

/// Throws.
pub struct Dice(StdRng);

impl Dice {
    /// The same throws for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// One of 0 to `count - 1`.
    pub fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    /// True once in so many times.
    pub fn chance(&mut self, once_in: usize) -> bool {
        self.below(once_in) == 0
    }

    /// One of these.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Something, once in so many times.
    pub fn maybe<T>(&mut self, once_in: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(once_in).then(|| make(self))
    }
}
