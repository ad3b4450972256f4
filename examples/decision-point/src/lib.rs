//! A decision point of one's own: it follows a Polity server and answers by itself, in memory, who may do what.
//!
//! - [`follow`] loads an organization's bundle, believes it by the server's published keys, and follows the events; it
//!   goes on where it was when a connection breaks, and loads anew when it is told to.
//! - [`answer`] answers `POST /check` from what is there. What is older than it may be answers nothing: 503.

mod answer;
mod follow;
mod stream;

pub use answer::{Question, router};
pub use follow::{Settings, follow};

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwapOption;
use polity_domain::access::bundle::Follower;
use polity_domain::time::Time;

/// What is known, for everybody who asks: none before the first bundle is there.
pub type Known = Arc<ArcSwapOption<Follower>>;

/// What time it is. The domain reads no clock of its own.
#[expect(clippy::disallowed_methods, reason = "this is where the example's clock is")]
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
