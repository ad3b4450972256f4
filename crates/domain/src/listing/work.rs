//! What reading costs, counted in tests: a step is a look at a character, a step over one, or one that is kept.
//! Outside of tests nothing is counted.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// One step.
pub(super) fn step() {
    #[cfg(test)]
    STEPS.set(STEPS.get() + 1);
}

/// How many steps something takes.
#[cfg(test)]
pub(super) fn steps_of<T>(what: impl FnOnce() -> T) -> (T, u64) {
    let before = STEPS.get();
    let outcome = what();
    (outcome, STEPS.get() - before)
}
