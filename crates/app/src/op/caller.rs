//! Who is asking: a presented credential becomes a caller, or nobody.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use polity_domain::access::Snapshot;
use polity_domain::ids::{ApiKeyId, OrganizationId, RequestId, SessionId, UserId};
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::time::Time;
use polity_store::{Idempotency, Moment, Revision, Seen};

use super::Op;
use crate::access_log::Told;
use crate::access_tokens::Claims;
use crate::api_keys::Presented;
use crate::{App, AppError};

/// What a request shows to say who asks.
pub enum Credential {
    /// Nothing.
    None,
    /// `Authorization: Bearer`.
    Bearer(String),
    /// `Authorization: Api-Key`, or the password of `Basic`.
    ApiKey(String),
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular.
    Anonymous,
    /// A signed-in person.
    User {
        /// Who.
        user_id: UserId,
        /// In which session.
        session_id: SessionId,
    },
    /// An organization's API key.
    ApiKey {
        /// Which one.
        api_key_id: ApiKeyId,
        /// Whose it is.
        organization_id: OrganizationId,
    },
}

/// Who asked earlier in the same request. Only an opened request gives it.
#[derive(Debug, Clone, Copy)]
pub struct Known(Caller, Proof);

/// What somebody showed: for an answer that goes on for long, during which it may end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Proof {
    /// Nothing.
    None,
    /// An access token that ends at this time.
    Token { expire_time: Time },
    /// This one of a key's secrets.
    Secret { number: u32 },
}

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// The id that the door gave it; else one is drawn.
    pub id: Option<RequestId>,
    /// From where, proxies that are not trusted left aside.
    pub ip_address: Option<IpAddr>,
    /// With what, at most 256 characters.
    pub user_agent: Option<Arc<str>>,
    /// The idempotency record that its change fulfils.
    pub idempotency: Option<Idempotency>,
    /// Where its write leaves what it made.
    pub revision: Arc<Mutex<Option<Revision>>>,
    /// Where it leaves what it has seen that is not durable yet.
    pub seen: Seen,
    /// Where it leaves who signed in or out, and who was let in by support access.
    pub told: Arc<Told>,
}

impl Op {
    /// Opens a request: finds out who asks. A credential that is no good is 401, never nobody.
    pub async fn open(
        app: &Arc<App>,
        credential: Credential,
        request: RequestInfo,
    ) -> Result<Self, AppError> {
        let now = app.clock.now();
        let found = identify(app, &credential, request.ip_address, now, Rate::Spent).await?;
        Ok(Self::of(app, found, request, now))
    }

    /// Who asked, for [`Op::reopen`].
    pub fn known(&self) -> Known {
        Known(self.caller, self.proof)
    }

    /// Opens once more a request whose caller was found out in it: that spends nothing of a key's rate.
    pub fn reopen(app: &Arc<App>, known: Known, request: RequestInfo) -> Self {
        Self { proof: known.1, ..Self::with_caller(app, known.0, request, app.clock.now()) }
    }

    /// Whether what the caller showed is still good: asked again and again while an answer goes on.
    ///
    /// # Errors
    /// 401 once it is not.
    pub(crate) async fn check_credential(&self) -> Result<(), AppError> {
        let good = match (self.caller, self.proof) {
            (Caller::User { session_id, .. }, Proof::Token { expire_time }) => {
                self.now < expire_time && self.app.store.session_is_live(session_id, self.now).await?
            }
            (Caller::ApiKey { api_key_id, organization_id }, Proof::Secret { number }) => {
                let snapshot = self.app.store.snapshot(organization_id).await?;
                snapshot.is_some_and(|snapshot| self.key_is_good(&snapshot, api_key_id, number))
            }
            _ => false,
        };
        if good { Ok(()) } else { Err(AppError::unauthenticated()) }
    }

    fn key_is_good(&self, snapshot: &Snapshot, id: ApiKeyId, number: u32) -> bool {
        let address = self.request.ip_address;
        snapshot.api_key(id).is_some_and(|key| {
            key.alive(self.now).is_ok()
                && snapshot.key_may_act(key)
                && key.live_secrets(self.now).any(|secret| secret.number == number)
                && (key.allowed_cidrs.is_empty()
                    || address.is_some_and(|address| key.allows_address(address)))
        })
    }

    /// Opens a request of a caller who was found out already.
    pub(crate) fn with_caller(app: &Arc<App>, caller: Caller, request: RequestInfo, now: Time) -> Self {
        let request_id = request.id.unwrap_or_else(|| RequestId::from_uuid(app.chance.uuid()));
        let (fresh, within, staleness) = (None, None, Mutex::default());
        let (proof, given) = (Proof::None, OnceLock::new());
        Self { app: app.clone(), caller, proof, request, request_id, now, fresh, within, staleness, given }
    }

    /// The same with all that was found out about them.
    pub(super) fn of(app: &Arc<App>, found: Found, request: RequestInfo, now: Time) -> Self {
        let Found { caller, proof, fresh } = found;
        Self { proof, fresh, ..Self::with_caller(app, caller, request, now) }
    }

    /// Opens a request that Polity makes of itself.
    pub fn internal(app: &Arc<App>) -> Self {
        Self::with_caller(app, Caller::Anonymous, RequestInfo::default(), app.clock.now())
    }
}

/// Who asks, and the snapshot that was read on the way.
pub(super) struct Found {
    pub caller: Caller,
    pub proof: Proof,
    pub fresh: Option<Arc<Snapshot>>,
}

impl Found {
    /// A session that lives.
    pub fn session(claims: &Claims) -> Self {
        let caller = Caller::User { user_id: claims.user_id, session_id: claims.session_id };
        Self { caller, proof: Proof::Token { expire_time: claims.expire_time }, fresh: None }
    }
}

/// Whether a request counts as one of its key's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rate {
    /// It does.
    Spent,
    /// It was counted before.
    Known,
}

/// Finds out who asks, as the database knows it at this moment.
pub(super) async fn identify(
    app: &Arc<App>,
    credential: &Credential,
    address: Option<IpAddr>,
    now: Time,
    rate: Rate,
) -> Result<Found, AppError> {
    match credential {
        Credential::None => Ok(Found { caller: Caller::Anonymous, proof: Proof::None, fresh: None }),
        Credential::Bearer(text) => bearer(app, text, address, now, rate).await,
        Credential::ApiKey(text) => api_key(app, text, address, now, rate).await,
    }
}

/// A key is welcome as a bearer token as well: its own prefix tells it apart from a JWT.
pub(super) fn is_key(text: &str) -> bool {
    text.starts_with("pol_")
}

async fn bearer(
    app: &Arc<App>,
    text: &str,
    address: Option<IpAddr>,
    now: Time,
    rate: Rate,
) -> Result<Found, AppError> {
    if is_key(text) {
        return api_key(app, text, address, now, rate).await;
    }
    let claims = app.tokens.verify(text, now).ok_or_else(AppError::unauthenticated)?;
    // Embedded, an ended session is forgotten by its tokens at once; with several replicas another
    // one may have ended it, so the row is asked.
    if !app.remembers(&claims) {
        let asked = Moment::now();
        if !Box::pin(app.store.session_is_live(claims.session_id, now)).await? {
            return Err(AppError::unauthenticated());
        }
        app.remember(&claims, asked);
    }
    Ok(Found::session(&claims))
}

async fn api_key(
    app: &Arc<App>,
    text: &str,
    address: Option<IpAddr>,
    now: Time,
    rate: Rate,
) -> Result<Found, AppError> {
    let token = key_token(text).ok_or_else(AppError::unauthenticated)?;
    let presented = crate::api_keys::authenticate(app, &token, None, now).await?;
    accept(app, presented.ok_or_else(AppError::unauthenticated)?, address, now, rate)
}

/// A text as a key, if it has the form of one.
pub(super) fn key_token(text: &str) -> Option<Token> {
    Token::parse(text).ok().filter(|token| token.kind == TokenKind::ApiKey)
}

/// Takes a key that was presented for the caller, if it may be used from there and has not asked too often.
pub(super) fn accept(
    app: &Arc<App>,
    presented: Presented,
    address: Option<IpAddr>,
    now: Time,
    rate: Rate,
) -> Result<Found, AppError> {
    let key = &presented.key;
    // An address that is not known is none of those that are allowed.
    if !key.allowed_cidrs.is_empty() && !address.is_some_and(|address| key.allows_address(address)) {
        return Err(AppError::unauthenticated());
    }
    if rate == Rate::Spent {
        app.key_uses.note(key.id, presented.secret_number, now);
        app.key_rates.spend(key, now)?;
    }
    let caller = Caller::ApiKey { api_key_id: key.id, organization_id: key.organization_id };
    let proof = Proof::Secret { number: presented.secret_number };
    Ok(Found { caller, proof, fresh: Some(presented.snapshot) })
}
