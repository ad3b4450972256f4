//! What the doors share that speak HTTP: reading a request strictly, answering problems, request
//! ids, limits, security headers, the access log. No rule of the product is in here.
//!
//! A door builds its router, and [`layer`] puts everything around it:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use polity_web::{WebSettings, layer};
//! # fn wire(
//! #     router: axum::Router, chance: Arc<dyn polity_app::ports::Chance>, document: &str,
//! # ) -> Result<axum::Router, serde_json::Error> {
//! let settings = WebSettings::new(chance).held_to(document)?;
//! Ok(layer(router, WebSettings { public_https: true, ..settings }))
//! # }
//! ```
//!
//! Serve the result with `into_make_service_with_connect_info::<SocketAddr>()`, or no client has an
//! address.

mod asking;
pub mod authenticate;
mod caller;
pub mod etag;
pub mod extract;
pub mod idempotency;
pub mod list;
pub mod middleware;
pub mod problem;
pub mod respond;
pub mod retry;
pub mod scope;
pub mod seen;
mod settings;
mod time_limit;

pub use asking::{Asking, Staleness};
pub use authenticate::Presented;
pub use caller::Caller;
pub use etag::{IfMatch, IfNoneMatch};
pub use extract::{At, Body, Maybe, Params};
pub use list::ListParams;
pub use middleware::{Found, around, layer};
pub use problem::{Problem, Problems, PublicProblems};
pub use respond::{Answered, Created, NoContent, Resource};
pub use scope::{RequestScope, WriteRevision};
pub use settings::WebSettings;
