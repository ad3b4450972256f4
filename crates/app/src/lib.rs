//! Polity's use cases: one function each, for every door.
//!
//! A use case opens with a permit (`op.read`, `op.write`, …), asks the domain's rules, and closes
//! with an event (`unit.commit`). Nothing here speaks HTTP or SQL.

pub mod access;
pub mod access_log;
pub mod access_tokens;
pub mod api_keys;
pub mod audit;
mod changes;
mod configuration;
pub mod consumption;
pub mod customizations;
pub mod error;
pub mod groups;
pub mod idempotency;
pub mod identity;
mod if_match;
mod in_memory;
pub mod invitations;
pub mod invite_links;
pub mod limits;
pub mod mail;
pub mod members;
pub mod membership_requests;
pub mod op;
pub mod organizations;
pub mod passwords;
pub mod permissions;
pub mod policies;
pub mod ports;
pub mod preferences;
pub mod preview;
pub mod regions;
pub mod resources;
pub mod role_assignments;
pub mod roles;
pub mod secrets;
pub mod service_accounts;
pub mod settings;
mod source;
pub mod support_access_grants;
pub mod tags;
pub mod users;
pub mod worker;
pub mod workspaces;

pub use configuration::{Settings, Who};
pub use error::{AppError, FieldError, Kind};
pub use if_match::{IfMatch, document_etag, etag};
pub use op::{Asking, Caller, Credential, Freshness, Known, ListParams, Listed, Listing, Op, RequestInfo};
pub use polity_store::{Idempotency, Revision, Seen};
pub use preview::{Outcome, Preview};
pub use source::Source;

use std::sync::Arc;
use std::time::Duration;

use access_tokens::{AccessTokens, Claims};
use mail::Mailer;
use passwords::Passwords;
use polity_domain::ids::SessionId;
use polity_store::{Moment, Store};
use ports::{Chance, Clock};
use secrets::Secrets;

/// The service: what every request shares.
pub struct App {
    /// The database and the snapshots.
    pub store: Store,
    /// What is derived from the instance's one secret.
    pub secrets: Secrets,
    /// Hashes passwords, so many at a time.
    pub passwords: Passwords,
    /// Issues and verifies access tokens.
    pub tokens: AccessTokens,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws at random.
    pub chance: Arc<dyn Chance>,
    /// What the configuration decides.
    pub settings: Settings,
    /// When keys were last used, not written yet.
    pub key_uses: api_keys::Uses,
    /// What was used today, not written yet.
    pub uses: access::Uses,
    /// What policies that are not enforced would have denied, not written yet.
    pub(crate) policy_shadows: policies::Shadows,
    /// How much of their rate keys have spent.
    pub key_rates: api_keys::Rates,
    /// Which organization a key belongs to.
    pub(crate) key_homes: api_keys::Homes,
    /// What the doors saw, not written yet.
    pub access_log: Arc<access_log::Recorder>,
    /// Turns at questions that go through a whole tree.
    pub(crate) searches: Arc<tokio::sync::Semaphore>,
    /// Turns at exporting events.
    pub(crate) exports: Arc<audit::Turns>,
    /// Who follows the changes of access.
    pub(crate) followers: Arc<access::Followers>,
    /// When sessions were last seen alive in the database by this process.
    sessions: moka::sync::Cache<SessionId, Moment>,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// What is derived from the instance's one secret.
    pub secrets: Secrets,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Sends mail.
    pub mailer: Arc<dyn Mailer>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws at random.
    pub chance: Arc<dyn Chance>,
    /// What the configuration decides.
    pub settings: Settings,
}

impl App {
    /// Puts the service together. [`identity::signing_keys::refresh`] must run before the first
    /// sign-in.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { store, secrets, passwords, mailer, clock, chance, settings } = parts;
        let access_log =
            Arc::new(access_log::Recorder::new(clock.clone(), chance.clone(), settings.access_log_room));
        Arc::new(Self {
            tokens: AccessTokens::new(settings.public_url.clone(), settings.access_token_ttl_seconds),
            store,
            secrets,
            passwords,
            mailer,
            clock,
            chance,
            settings,
            key_uses: api_keys::Uses::default(),
            uses: access::Uses::default(),
            policy_shadows: policies::Shadows::default(),
            key_rates: api_keys::Rates::default(),
            key_homes: api_keys::Homes::default(),
            access_log,
            searches: Arc::new(tokio::sync::Semaphore::new(1)),
            exports: Arc::default(),
            followers: Arc::default(),
            sessions: moka::sync::Cache::builder().max_capacity(200_000).build(),
        })
    }

    /// Ends the streams that would never end by themselves: the service stops.
    pub fn end_streams(&self) {
        self.followers.end();
    }

    /// Whether this process may take a session for alive without asking: only when no other process
    /// can end it.
    fn remembers(&self, claims: &Claims) -> bool {
        !self.store.is_postgres() && self.sessions.contains_key(&claims.session_id)
    }

    /// `asked` is a moment before the database said that the session lives.
    fn remember(&self, claims: &Claims, asked: Moment) {
        self.sessions.insert(claims.session_id, asked);
    }

    /// How long ago a session was known to live, if that is not too long.
    fn seen_within(&self, session: SessionId, most: Duration) -> Option<Duration> {
        let seen = self.sessions.get(&session)?.age();
        (seen <= most).then_some(seen)
    }

    /// How old an answer may be that need not be the newest; none: all are the newest. Where one process owns the
    /// database, memory is the truth, and nothing is gained.
    fn max_staleness(&self) -> Option<Duration> {
        let most = self.settings.max_staleness_seconds;
        (most > 0 && self.store.is_postgres()).then(|| Duration::from_secs(most))
    }

    /// Makes an ended session's access tokens worthless at once.
    pub(crate) fn forget_session(&self, session: SessionId, now: polity_domain::time::Time) {
        self.sessions.invalidate(&session);
        self.tokens.forget_session(session, now);
    }
}
