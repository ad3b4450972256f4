//! What waits to be written down. No request waits for it: what there is no room for is counted.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use polity_domain::ids::{AccessLogEntryId, OrganizationId, RequestId, SupportAccessGrantId, UserId};
use polity_domain::roles::Principal;
use polity_store::access_log::Entry;
use tokio::sync::Notify;

use crate::consumption::Meter;
use crate::ports::{Chance, Clock};

/// Rows that are written at once, and that are not waited for a whole second with.
pub(super) const BATCH: usize = 1_000;

/// What a request was, besides a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// A session began.
    Begun,
    /// Somebody gave a wrong password for an account.
    Failed,
    /// A session was ended by its person.
    Ended,
}

/// What a use case leaves for the log. Of each, the first that is said stands.
#[derive(Debug, Default)]
pub struct Told {
    /// Who signed in, or did not.
    pub signing: OnceLock<(UserId, SignIn)>,
    /// The grant by which one of the platform's staff was let in, and where.
    pub support: OnceLock<(OrganizationId, SupportAccessGrantId)>,
    /// The organization that was asked about, where the path names none.
    pub about: OnceLock<OrganizationId>,
    /// What was denied, though the answer's status does not say it.
    pub denied: OnceLock<Denied>,
}

/// A question that was not answered.
#[derive(Debug, Clone, Copy)]
pub struct Denied {
    /// The organization that it was about, as far as it named one.
    pub organization_id: Option<OrganizationId>,
}

/// A request that was answered, as its door saw it.
#[derive(Debug)]
pub struct Seen<'a> {
    /// Who asked.
    pub principal: Option<Principal>,
    /// Who signed in or out.
    pub signing: Option<(UserId, SignIn)>,
    /// The organization that the path names, or else the one that was asked about.
    pub organization_id: Option<OrganizationId>,
    /// The grant by which one of the platform's staff was let in, and where.
    pub support: Option<(OrganizationId, SupportAccessGrantId)>,
    /// What was denied all the same, whatever the status.
    pub denied: Option<Denied>,
    /// A question that products ask at each request of their own: it is counted, and is no row.
    pub question: bool,
    /// The method.
    pub method: &'static str,
    /// The path as the document writes it.
    pub route: &'a str,
    /// The answer's status.
    pub http_status: u16,
    /// From where.
    pub ip_address: Option<IpAddr>,
    /// With what.
    pub user_agent: Option<Arc<str>>,
    /// Which request.
    pub request_id: RequestId,
}

/// The rows that are not written yet.
pub struct Recorder {
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    room: usize,
    waiting: Mutex<Waiting>,
    filled: Notify,
    meter: Meter,
}

#[derive(Default)]
pub(super) struct Waiting {
    pub rows: VecDeque<Entry>,
    /// How many there was no room for, of each organization; sign-ins under the root.
    pub lost: BTreeMap<OrganizationId, u64>,
}

impl Waiting {
    /// Counts rows that there is no room for. Ids in paths are the caller's to invent: of too many, the rest
    /// counts under the root.
    fn lose(&mut self, organization: Option<OrganizationId>, rows: u64) {
        let known = organization.filter(|id| self.lost.len() < BATCH || self.lost.contains_key(id));
        *self.lost.entry(known.unwrap_or(OrganizationId::ROOT)).or_default() += rows;
    }
}

impl Recorder {
    /// With room for so many rows.
    pub(crate) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, room: usize) -> Self {
        Self {
            clock,
            chance,
            room,
            waiting: Mutex::default(),
            filled: Notify::new(),
            meter: Meter::default(),
        }
    }

    /// Takes a request down, if it is one of the log: somebody who is known signed in or out, or asked about
    /// an organization. A question is one only when support access answered it.
    pub fn note(&self, seen: Seen<'_>) {
        self.meter.note(&seen, self.clock.now());
        if seen.question && seen.support.is_none() {
            return;
        }
        let let_in = seen.support.map(|(organization, _)| organization);
        let about = seen.organization_id.or(let_in).or(seen.denied.and_then(|denied| denied.organization_id));
        let row = match (seen.signing, seen.principal, about) {
            (Some((user, sign_in)), _, _) => self.signing(&seen, user, sign_in),
            (None, Some(principal), Some(organization)) => self.request(&seen, principal, organization),
            _ => return,
        };
        let mut waiting = self.waiting.lock();
        if waiting.rows.len() >= self.room {
            waiting.lose(row.organization_id, 1);
            return;
        }
        waiting.rows.push_back(row);
        if waiting.rows.len() == BATCH {
            self.filled.notify_one();
        }
    }

    /// What is counted of requests.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Ready once a batch is full.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    fn signing(&self, seen: &Seen<'_>, user: UserId, sign_in: SignIn) -> Entry {
        let action = match sign_in {
            SignIn::Begun => "LOGIN",
            SignIn::Failed => "LOGIN_FAILED",
            SignIn::Ended => "LOGOUT",
        };
        Entry { user_id: Some(user), ..self.entry(seen, action) }
    }

    fn request(&self, seen: &Seen<'_>, principal: Principal, organization: OrganizationId) -> Entry {
        let exports = seen.route.ends_with("/export");
        let (user_id, api_key_id) = match principal {
            Principal::User(user) => (Some(user), None),
            Principal::ApiKey(key) => (None, Some(key)),
            // A group or a service account asks nothing itself, and nobody in particular nothing that is told of.
            Principal::Group(_) | Principal::ServiceAccount(_) | Principal::Anonymous => (None, None),
        };
        let entry = self.entry(seen, if exports { "EXPORT" } else { "API_REQUEST" });
        let support_access_grant_id = seen.support.map(|(_, grant)| grant);
        Entry { organization_id: Some(organization), user_id, api_key_id, support_access_grant_id, ..entry }
    }

    fn entry(&self, seen: &Seen<'_>, action: &'static str) -> Entry {
        Entry {
            succeeded: seen.http_status < 400 && seen.denied.is_none(),
            method: Some(seen.method),
            route: Some(seen.route.to_owned()),
            http_status: Some(seen.http_status),
            ip_address: seen.ip_address.map(|address| address.to_string()),
            user_agent: seen.user_agent.as_deref().map(str::to_owned),
            request_id: Some(seen.request_id),
            ..self.blank(action)
        }
    }

    fn blank(&self, action: &'static str) -> Entry {
        Entry {
            id: AccessLogEntryId::from_uuid(self.chance.uuid()),
            organization_id: None,
            time: self.clock.now(),
            user_id: None,
            api_key_id: None,
            support_access_grant_id: None,
            action,
            succeeded: false,
            method: None,
            route: None,
            http_status: None,
            ip_address: None,
            user_agent: None,
            request_id: None,
            lost: None,
        }
    }

    /// Takes the oldest rows, at most a batch; behind the last of them, what was lost.
    pub(super) fn take(&self) -> Vec<Entry> {
        let mut waiting = self.waiting.lock();
        let most = waiting.rows.len().min(BATCH);
        let mut rows: Vec<Entry> = waiting.rows.drain(..most).collect();
        if waiting.rows.is_empty() {
            for (organization, lost) in std::mem::take(&mut waiting.lost) {
                rows.push(Entry {
                    organization_id: Some(organization),
                    lost: Some(lost),
                    ..self.blank("LOST")
                });
            }
        }
        rows
    }

    /// Takes back what could not be written, as far as there is room.
    pub(super) fn give_back(&self, rows: Vec<Entry>) {
        let mut waiting = self.waiting.lock();
        for row in rows.into_iter().rev() {
            match row.lost {
                Some(lost) => waiting.lose(row.organization_id, lost),
                None if waiting.rows.len() >= self.room => waiting.lose(row.organization_id, 1),
                None => waiting.rows.push_front(row),
            }
        }
    }
}
