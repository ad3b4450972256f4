//! What the middleware is set to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use polity_app::access_log::Recorder;
use polity_app::ports::Chance;

use crate::middleware::unknown_query::QueryRules;

/// What the middleware is set to. [`WebSettings::new`] gives the defaults; the fields are public.
#[derive(Clone)]
pub struct WebSettings {
    /// Draws request ids.
    pub chance: Arc<dyn Chance>,
    /// The public URL is https, so browsers are told to stay there (HSTS).
    pub public_https: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The longest body, in bytes (1 MiB).
    pub max_body: usize,
    /// The longest path with query, in bytes (8 KiB).
    pub max_uri: usize,
    /// How long a request may take (30 s).
    pub timeout: Duration,
    /// How long a body may take to arrive (10 s).
    pub body_timeout: Duration,
    /// Which query parameters each route knows.
    pub query_rules: Arc<QueryRules>,
    /// Where Swagger UI stands.
    pub docs_path: &'static str,
    /// Routes whose successes are logged at the level `debug`: what is asked once for each request of
    /// somebody else, or by a machine every few seconds.
    pub quiet_paths: &'static [&'static str],
    /// Below these paths `X-Request-Id` comes back whatever it holds, as the standard wants it that is spoken there.
    /// Logs and problems name the request by a harmless id all the same.
    pub echoing_paths: &'static [&'static str],
    /// Who writes the organizations' access log; nobody, unless a door says so.
    pub recorder: Option<Arc<Recorder>>,
}

impl WebSettings {
    /// The defaults.
    pub fn new(chance: Arc<dyn Chance>) -> Self {
        Self {
            chance,
            public_https: false,
            trusted_proxies: Vec::new(),
            max_body: 1024 * 1024,
            max_uri: 8 * 1024,
            timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            query_rules: Arc::default(),
            docs_path: "/docs",
            quiet_paths: &[],
            echoing_paths: &[],
            recorder: None,
        }
    }

    /// Holds requests to the query parameters that the OpenAPI document names.
    ///
    /// # Errors
    /// When the text is no such document.
    pub fn held_to(self, document: &str) -> Result<Self, serde_json::Error> {
        Ok(Self { query_rules: Arc::new(QueryRules::of(document)?), ..self })
    }
}

impl fmt::Debug for WebSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebSettings")
            .field("public_https", &self.public_https)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("max_body", &self.max_body)
            .field("max_uri", &self.max_uri)
            .field("timeout", &self.timeout)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}
