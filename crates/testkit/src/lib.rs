//! A whole Polity for a test: a real database on either engine, a real HTTP server, a clock that
//! stands still until it is told to go on, and a mail catcher.
//!
//! ```no_run
//! # async fn test() {
//! polity_testkit::on_each(async |world| {
//!     let admin = world.administrator().await;
//!     let answer = admin.get("/api/v1/organizations/root").await;
//!     assert_eq!(answer.status, 200);
//! })
//! .await;
//! # }
//! ```
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's own faults end the test"
)]

mod actor;
mod clock;
mod dice;
mod engine;
mod mail;
mod rows;
mod world;

pub use actor::{Actor, Answer, roles};
pub use clock::TestClock;
pub use dice::{Dice, seed};
pub use engine::{Database, Engine};
pub use mail::{Caught, MailCatcher};
pub use polity_store::organizations::{Clearing, purged_tables};
pub use reqwest::Method;
pub use serde_json::{Value, json};
pub use world::{PASSWORD, World, on_each, on_each_with};
