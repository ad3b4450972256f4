//! Facts that change no right: they are written outside the trees' locks and the ledger.

pub mod idempotency;
