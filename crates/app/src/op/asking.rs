//! Questions whose answer need not be the newest: within the bound that the configuration sets, they are answered from
//! memory, the credential included, and the database is not asked.
//!
//! Whoever asks is found out before the request's body is read, and only the body says how fresh the answer must
//! be. So a caller whom memory knows is let in for the time being, and asked of the database when the answer must be
//! the newest.

use std::sync::Arc;
use std::time::Duration;

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::roles::Principal;
use polity_domain::time::Time;

use super::caller::{Found, Rate, accept, identify, is_key, key_token};
use super::{Credential, Op, RequestInfo};
use crate::{App, AppError, Kind};

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// No older than any change that was acknowledged before the question.
    Full,
    /// It may be older, within the bound that the configuration sets. Without one it is as [`Freshness::Full`].
    Bounded,
}

/// Somebody with a question.
pub struct Asking {
    op: Op,
    /// Memory alone said who asks: this is to be asked of the database if the answer must be the newest.
    unproven: Option<Credential>,
}

impl Asking {
    /// Finds out who asks, from memory if that may be. A credential that is no good is 401, never nobody: what memory
    /// does not know is asked of the database.
    pub async fn open(
        app: &Arc<App>,
        credential: Credential,
        request: RequestInfo,
    ) -> Result<Self, AppError> {
        let now = app.clock.now();
        if let Some(most) = app.max_staleness()
            && let Some((found, age)) = in_memory(app, &credential, &request, most, now)
        {
            let op = Op::of(app, found?, request, now);
            op.aged(age);
            return Ok(Self { op, unproven: Some(credential) });
        }
        Ok(Op::open(app, credential, request).await?.into())
    }

    /// Who asks, as far as it is known; none: nobody.
    pub fn principal(&self) -> Option<Principal> {
        self.op.asker().ok()
    }

    /// Opens the question.
    ///
    /// # Errors
    /// 401 for a credential that memory took for good, and that the database does not.
    pub async fn answered(self, freshness: Freshness) -> Result<Op, AppError> {
        let Self { op, unproven } = self;
        match (freshness, unproven) {
            (Freshness::Bounded, _) => Ok(Op { within: op.app.max_staleness(), ..op }),
            (Freshness::Full, None) => Ok(op),
            (Freshness::Full, Some(credential)) => {
                let (app, address) = (op.app.clone(), op.request.ip_address);
                let found = identify(&app, &credential, address, op.now, Rate::Known).await?;
                Ok(Op::of(&app, found, op.request, op.now))
            }
        }
    }
}

impl From<Op> for Asking {
    fn from(op: Op) -> Self {
        Self { op, unproven: None }
    }
}

impl Op {
    /// How old the answer may be that was given from memory; none: it is the newest.
    pub fn staleness(&self) -> Option<Duration> {
        *self.staleness.lock()
    }

    /// Whether memory may answer, within the bound.
    pub(crate) fn within(&self) -> Option<Duration> {
        self.within
    }

    /// Something that is so old had its part in the answer.
    pub(crate) fn aged(&self, age: Duration) {
        let mut staleness = self.staleness.lock();
        *staleness = (*staleness).max(Some(age));
    }

    /// What decides for an organization: from memory, if the answer may be that old.
    pub(super) async fn latest(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<Arc<Snapshot>>, AppError> {
        if let Some(most) = self.within
            && let Some((snapshot, age)) = self.store().snapshot_within(organization, most)
        {
            self.aged(age);
            return Ok(Some(snapshot));
        }
        Ok(self.store().snapshot(organization).await?)
    }
}

/// Who asks, as memory knew it within so long a time, and how long ago that was. None when only the database can say:
/// also for a credential that is no good by what memory knows, which may be older than the credential.
fn in_memory(
    app: &Arc<App>,
    credential: &Credential,
    request: &RequestInfo,
    most: Duration,
    now: Time,
) -> Option<(Result<Found, AppError>, Duration)> {
    let text = match credential {
        Credential::None => return None,
        Credential::Bearer(text) if !is_key(text) => {
            let claims = app.tokens.verify(text, now)?;
            let age = app.seen_within(claims.session_id, most)?;
            return Some((Ok(Found::session(&claims)), age));
        }
        Credential::Bearer(text) | Credential::ApiKey(text) => text,
    };
    let (presented, age) = crate::api_keys::authenticate_within(app, &key_token(text)?, most, now)?;
    let found = accept(app, presented, request.ip_address, now, Rate::Spent);
    let refused = found.as_ref().is_err_and(|error| error.kind == Kind::Unauthenticated);
    (!refused).then_some((found, age))
}
