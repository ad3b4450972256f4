//! The conventions that every door keeps, each with its refusal, against a small server in-process.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

mod authentication;
mod bodies;
mod conditions;
mod document;
mod failures;
mod headers;
mod limits;
mod lists;
mod log;
mod paths_and_queries;
mod proxies;
mod server;
mod wire;
