//! Following: a bundle, then the events, for ever.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use polity_domain::access::bundle::{BundleError, Follower, Keys};
use polity_domain::ids::OrganizationId;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tokio::time::{sleep, timeout};

use crate::stream::Events;
use crate::{Known, now};

/// A server that says nothing for so long is not there: heartbeats come every two seconds.
const SILENCE: Duration = Duration::from_secs(10);
/// Between two tries: the first at once, then ever longer.
const PAUSES: [u64; 5] = [100, 200, 500, 1_000, 2_000];

/// Whom to follow.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where Polity is, without a slash at the end.
    pub server: String,
    /// Whose decisions.
    pub organization: OrganizationId,
    /// An API key with the permission `access.bundle`, on descendants if these are asked about.
    pub key: String,
    /// How old an answer may be, in seconds.
    pub most_seconds: u32,
}

/// Why following stopped for a moment.
enum Stopped {
    /// The connection ended, or never was: what is there goes on being followed.
    Disconnected {
        /// Whether a bundle was loaded that was to be.
        loaded: bool,
        error: anyhow::Error,
    },
    /// What is there cannot be followed any further.
    Reload,
}

/// Keeps `known` up to date, for ever. While it cannot, what is known grows old and then answers nothing.
pub async fn follow(settings: Settings, known: Known) {
    let follow = Follow { settings, client: Client::new(), known };
    let (mut failures, mut reload) = (0, false);
    loop {
        let before = follow.as_of();
        // What is known goes on answering, while it is young enough, until a new bundle is there.
        reload = match follow.once(reload).await {
            Stopped::Reload => true,
            Stopped::Disconnected { loaded, error } => {
                eprintln!("not connected: {error:#}");
                reload && !loaded
            }
        };
        failures = if follow.as_of() == before { failures + 1 } else { 0 };
        let pause = PAUSES[failures.min(PAUSES.len() - 1)];
        sleep(Duration::from_millis(pause)).await;
    }
}

struct Follow {
    settings: Settings,
    client: Client,
    known: Known,
}

impl Follow {
    fn as_of(&self) -> Option<polity_domain::time::Time> {
        self.known.load().as_ref().map(|known| known.as_of())
    }

    async fn once(&self, reload: bool) -> Stopped {
        let mut loaded = !reload;
        match self.try_once(&mut loaded).await {
            Ok(()) => Stopped::Reload,
            // Whatever it is that is not believed, a new bundle and new keys settle it.
            Err(error) if error.is::<BundleError>() => Stopped::Reload,
            Err(error) => Stopped::Disconnected { loaded, error },
        }
    }

    /// Follows until the bundle is to be loaded anew.
    async fn try_once(&self, loaded: &mut bool) -> Result<()> {
        let keys = self.get("/.well-known/jwks.json").send().await?.error_for_status()?.text().await?;
        let keys = Keys::from_jwks(&keys)?;
        let mut following = match self.known.load_full().filter(|_| *loaded) {
            Some(known) => Follower::clone(&known),
            None => self.load(&keys).await?,
        };
        *loaded = true;
        let from = format!("{}.{}", following.tree_id(), following.revision());
        let request = self.get(&self.path("events")).query(&[("from_revision", from)]);
        let mut events = Events::of(believed(timeout(SILENCE, request.send()).await??).await?);
        while let Some(event) = timeout(SILENCE, events.next()).await.context("silence")?? {
            match event.name.as_str() {
                "news" => following.apply(&event.data, &keys, now())?,
                "reload" => return Ok(()),
                _ => continue,
            }
            self.known.store(Some(Arc::new(following.clone())));
        }
        Err(anyhow!("the stream ended"))
    }

    async fn load(&self, keys: &Keys) -> Result<Follower> {
        let bytes = believed(self.get(&self.path("bundle")).send().await?).await?.bytes().await?;
        let Settings { organization, most_seconds, .. } = self.settings;
        let loaded = Follower::open(&bytes, keys, organization, now(), most_seconds)?;
        self.known.store(Some(Arc::new(loaded.clone())));
        Ok(loaded)
    }

    fn path(&self, what: &str) -> String {
        format!("/api/v1/organizations/{}/access/{what}", self.settings.organization)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{path}", self.settings.server));
        request.header("authorization", format!("Api-Key {}", self.settings.key))
    }
}

/// An answer that is one.
async fn believed(response: Response) -> Result<Response> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    let said = response.text().await.unwrap_or_default();
    Err(anyhow!("{status}: {said}"))
}
