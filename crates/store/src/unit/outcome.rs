//! What came of a transaction that several units had in common, as each of them is told.

use std::sync::Arc;

use parking_lot::Mutex;
use sea_orm::DbErr;
use tokio::sync::oneshot;

use crate::StoreError;

/// Why a transaction with several units took no effect, or may not have.
#[derive(Debug, Clone)]
pub(super) enum Failed {
    /// It was rolled back, and may work in a moment.
    Passing(String),
    /// It was rolled back.
    RolledBack(String),
    /// Nobody said whether it was committed.
    Unknown(String),
}

impl Failed {
    /// By something that was done in it.
    pub fn rolled_back(cause: &StoreError) -> Self {
        tracing::error!(error = cause as &dyn std::error::Error, "a transaction of units failed");
        match cause {
            StoreError::Unavailable(_) | StoreError::Busy(_) => Self::Passing(cause.to_string()),
            _ => Self::RolledBack(cause.to_string()),
        }
    }

    /// By itself: SQLite ends a transaction for which there is no disk, and then knows none of its savepoints.
    pub fn ended(cause: &StoreError) -> Self {
        tracing::error!(
            error = cause as &dyn std::error::Error,
            "a transaction of units has ended by itself"
        );
        Self::Passing(cause.to_string())
    }
}

impl From<Failed> for StoreError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Passing(cause) => Self::Unavailable(DbErr::Custom(cause)),
            Failed::RolledBack(cause) => Self::Database(DbErr::Custom(cause)),
            Failed::Unknown(cause) => Self::Unknown(DbErr::Custom(cause)),
        }
    }
}

type Outcome = Result<(), Failed>;

/// Those who wait for the outcome.
#[derive(Default)]
pub(super) struct Told(Vec<oneshot::Sender<Outcome>>);

/// One who waits for it.
pub(super) struct Awaited(oneshot::Receiver<Outcome>);

impl Told {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn one_more(&mut self) -> Awaited {
        let (sender, receiver) = oneshot::channel();
        self.0.push(sender);
        Awaited(receiver)
    }

    /// A unit that is gone needs no answer.
    pub fn tell(self, outcome: &Outcome) {
        for unit in self.0 {
            let _ = unit.send(outcome.clone());
        }
    }
}

impl Awaited {
    pub async fn outcome(self) -> Result<(), StoreError> {
        match self.0.await {
            Ok(outcome) => outcome.map_err(StoreError::from),
            Err(_) => Err(StoreError::Unknown(DbErr::Custom("the commit was cut off".to_owned()))),
        }
    }
}

/// What units of a request have seen that was not yet durable, though they changed nothing themselves. What is
/// answered by it holds once that is [`Seen::durable`].
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<Awaited>>>);

impl Seen {
    pub(super) fn add(&self, awaited: Awaited) {
        self.0.lock().push(awaited);
    }

    /// Waits until all of it is durable.
    ///
    /// # Errors
    /// `Unavailable` when it took no effect, or may not have: whoever asks again is answered by what is.
    pub async fn durable(&self) -> Result<(), StoreError> {
        let seen = std::mem::take(&mut *self.0.lock());
        for awaited in seen {
            if let Err(error) = awaited.outcome().await {
                return Err(StoreError::Unavailable(DbErr::Custom(error.to_string())));
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Seen").field(&self.0.lock().len()).finish()
    }
}
