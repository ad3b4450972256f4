//! Idempotency records as use cases' doors need them: which answer a caller got for which key.
//!
//! The key itself is not stored. The answer is sealed under it, so that a database alone does not
//! show what was shown once.

use std::sync::Arc;

use polity_store::facts::idempotency as facts;
use serde::{Deserialize, Serialize};

use crate::{App, AppError, Idempotency, Op};

/// After so long without an answer, whoever runs a request must have died: longer than the longest time
/// that the configuration lets a request take. In microseconds.
const ABANDONED_AFTER: i64 = 15 * 60 * 1_000_000;
const SEAL: &str = "idempotent answer";

/// An answer that is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// The status.
    pub status: u16,
    /// The headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What stands under a key.
pub enum Begun {
    /// Nothing did: the caller goes on, with this record.
    Fresh(Idempotency),
    /// The first answer.
    Answered(Kept),
    /// The first request is still under way.
    Running,
}

/// Takes a key for a request, unless it is taken.
///
/// # Errors
/// 409 `idempotency_key_reused` when it was used with another request; 409
/// `idempotency_answer_lost` when the server died between the change and its answer.
pub async fn begin(op: &Op, key: &str, request_hash: [u8; 32]) -> Result<Begun, AppError> {
    let secrets = &op.app().secrets;
    let record = Idempotency {
        caller: secrets.counter_key("idempotent caller", &op.principal()?.to_string()),
        key_hash: secrets.counter_key("idempotency key", key),
    };
    let found = match op.store().idempotency_begin(&record, request_hash, op.now().micros()).await? {
        facts::Begun::Fresh => return Ok(Begun::Fresh(record)),
        facts::Begun::Found(found) => found,
        facts::Begun::Gone => return Ok(Begun::Running),
    };
    if found.request_hash != request_hash {
        let detail = "This Idempotency-Key was used with another request.";
        return Err(AppError::conflict("idempotency_key_reused", detail));
    }
    if let Some(sealed) = &found.response {
        let opened = secrets.open(SEAL, key.as_bytes(), sealed);
        let opened = opened.ok_or_else(|| AppError::internal("a kept answer does not open"))?;
        return Ok(Begun::Answered(serde_json::from_slice(&opened).map_err(AppError::internal)?));
    }
    let abandoned = op.now().micros() - found.create_time > ABANDONED_AFTER;
    match (abandoned, found.committed) {
        (false, _) => Ok(Begun::Running),
        (true, false) => {
            abandon(op.app(), &record).await?;
            Ok(Begun::Running)
        }
        (true, true) => {
            let detail =
                "The change was made, but its answer was lost with the server that made it: look for it.";
            Err(AppError::conflict("idempotency_answer_lost", detail))
        }
    }
}

/// Keeps the answer.
pub async fn finish(op: &Op, key: &str, record: &Idempotency, kept: &Kept) -> Result<(), AppError> {
    let plain = serde_json::to_vec(kept).map_err(AppError::internal)?;
    let mut nonce = [0; 24];
    op.app().chance.fill(&mut nonce);
    let sealed = op.app().secrets.seal(SEAL, key.as_bytes(), nonce, &plain)?;
    Ok(op.store().idempotency_finish(record, sealed).await?)
}

/// Gives a key back, after a request that changed nothing.
pub async fn abandon(app: &Arc<App>, record: &Idempotency) -> Result<(), AppError> {
    Ok(app.store.idempotency_abandon(record).await?)
}
