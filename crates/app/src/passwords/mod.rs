//! Passwords: what one is ([`Password`]), which are too weak ([`strength`]), and how they are hashed and
//! verified without starving the rest of the service ([`Passwords`]).
//!
//! They are hashed with Argon2id (RFC 9106), a salt each and a pepper derived of the instance's secret,
//! and stored as PHC strings. One hash takes tens of megabytes and milliseconds, so no more run at once
//! than there are threads for it, and no more wait than can be served soon.

mod hasher;
mod password;
mod strength;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::hasher::Hasher;
pub use self::hasher::{Params, Verified};
pub use self::password::{Password, PasswordProblem};
pub use self::strength::strength;
use crate::error::AppError;
use crate::secrets::Secrets;

/// How many may wait for each thread: with the default cost, they wait about two seconds.
const WAITING_PER_THREAD: usize = 64;

/// Hashes and verifies passwords, a few at a time.
pub struct Passwords {
    hasher: Arc<Hasher>,
    threads: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

impl Passwords {
    /// Takes the cost of a hash and how many may be computed at once (at least one). Fails when Argon2
    /// does not accept the cost.
    pub fn new(params: Params, threads: usize, secrets: &Secrets) -> Result<Self, AppError> {
        let threads = threads.clamp(1, 1024);
        Ok(Self {
            hasher: Arc::new(Hasher::new(params, secrets.pepper())?),
            threads: Arc::new(Semaphore::new(threads)),
            waiting: Arc::default(),
            most_waiting: threads * WAITING_PER_THREAD,
        })
    }

    /// Hashes a password to a PHC string. The salt is random.
    pub async fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<String, AppError> {
        let password = password.clone();
        self.run(move |hasher| hasher.hash(&password, &salt)).await?
    }

    /// Whether the password is the one that was hashed. Without a hash (there is no such account, or it
    /// has no password) the answer is no, after the same work, so that time does not tell.
    pub async fn verify(&self, password: &Password, phc: Option<&str>) -> Result<Verified, AppError> {
        let password = password.clone();
        let phc = phc.map(str::to_owned);
        self.run(move |hasher| hasher.verify(&password, phc.as_deref())).await?
    }

    /// Gives memory back that no hash has needed since this was last called.
    pub(crate) fn give_back_memory(&self) {
        self.hasher.give_back_memory();
    }

    /// Judges a password as [`strength`] does, on a thread of its own, in its turn.
    pub async fn check(
        &self,
        password: &Password,
        min_length: usize,
        context: &[&str],
    ) -> Result<Result<(), PasswordProblem>, AppError> {
        let password = password.clone();
        let context: Vec<String> = context.iter().map(|text| (*text).to_owned()).collect();
        let judge = move |_: &Hasher| {
            let context: Vec<&str> = context.iter().map(String::as_str).collect();
            strength(&password, min_length, &context)
        };
        self.run(judge).await
    }

    /// Runs the work on a thread of its own when it is its turn. A caller who leaves gives up the place
    /// in the queue; work that has begun keeps its thread's place to the end.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let place = Place::take(&self.waiting, self.most_waiting)
            .ok_or_else(|| AppError::unavailable("too many passwords wait to be hashed"))?;
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(AppError::internal)?;
        drop(place);
        let hasher = Arc::clone(&self.hasher);
        let work = move || {
            let result = work(&hasher);
            drop(thread);
            result
        };
        spawn_blocking(work).await.map_err(AppError::internal)
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(Arc::clone(waiting));
        (before < most).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
