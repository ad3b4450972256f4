//! `Op`: one request as use cases see it. Who asks, when, and the openings into the store.

mod asking;
mod caller;
mod given;
mod open;
mod page;

pub use asking::{Asking, Freshness};
pub use caller::{Caller, Credential, Known, RequestInfo};
pub use page::{ListParams, Listed, Listing};

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use polity_domain::access::{Circumstances, Permit, Snapshot};
use polity_domain::ids::{OrganizationId, RequestId};
use polity_domain::ledger::event::Actor;
use polity_domain::permissions::Read;
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::time::Time;
use polity_store::{Context, Revision, Store};
use uuid::Uuid;

use self::given::Given;
use crate::access_log::Denied;
use crate::{App, AppError, Settings};

/// One request: everything a use case needs. Time stands still in it.
pub struct Op {
    app: Arc<App>,
    caller: Caller,
    proof: caller::Proof,
    request: RequestInfo,
    request_id: RequestId,
    now: Time,
    /// Read with the credential, in this request.
    fresh: Option<Arc<Snapshot>>,
    /// What it was given leave to change.
    given: OnceLock<Box<Given>>,
    /// A question whose answer may be so old: what is in memory may answer it. Nothing else may be opened.
    within: Option<Duration>,
    /// How old what answered from memory may be.
    staleness: Mutex<Option<Duration>>,
}

impl Op {
    /// The service.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.app.settings
    }

    /// The store, for facts and for what a one-time secret or the caller's own account opens.
    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// The moment of the request.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The circumstances of the request, in which its caller is judged.
    pub fn moment(&self) -> Circumstances<'static> {
        Circumstances { now: self.now, ip_address: self.request.ip_address, given: None }
    }

    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Where the request comes from.
    pub fn request(&self) -> &RequestInfo {
        &self.request
    }

    /// The request's id, as events name it.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.app.chance.uuid()
    }

    /// What decides for an organization, no older than this request; none when there is no such
    /// organization. What was read with the credential is used again, until this request writes.
    pub async fn snapshot(&self, organization: OrganizationId) -> Result<Option<Arc<Snapshot>>, AppError> {
        let found = self.own_snapshot(organization).await?;
        self.seen_by_staff(found).await
    }

    /// The same, and no older than this request where memory may answer, too.
    pub(crate) async fn newest_snapshot(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<Arc<Snapshot>>, AppError> {
        let found = self.store().snapshot(organization).await?;
        self.seen_by_staff(found).await
    }

    /// A person may be of the platform's staff, where anybody lets these in.
    async fn seen_by_staff(&self, found: Option<Arc<Snapshot>>) -> Result<Option<Arc<Snapshot>>, AppError> {
        match found {
            Some(found) if self.is_person() && found.lets_support_in(self.now) => {
                Ok(Some(self.with_staff(found).await?))
            }
            found => Ok(found),
        }
    }

    /// The same without the platform's staff: for what is judged by what somebody holds, and by nothing else.
    async fn own_snapshot(&self, organization: OrganizationId) -> Result<Option<Arc<Snapshot>>, AppError> {
        let fresh = self.fresh.as_ref().filter(|fresh| fresh.node(organization).is_some());
        match fresh.filter(|_| self.revision().is_none()) {
            Some(fresh) => Ok(Some(fresh.clone())),
            None => self.latest(organization).await,
        }
    }

    /// The same snapshot, judging also the platform's staff: the root's says who they are, no older than this
    /// request.
    pub(crate) async fn with_staff(&self, snapshot: Arc<Snapshot>) -> Result<Arc<Snapshot>, AppError> {
        let root = self.latest(OrganizationId::ROOT).await?;
        Ok(root.map_or_else(|| snapshot.clone(), |root| Arc::new(snapshot.with_staff(root))))
    }

    /// Works something long out on a thread for such work, one after another: no other request waits for it.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let turn = self.app.searches.clone().acquire_owned().await.map_err(AppError::internal)?;
        let worked_out = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        worked_out.await.map_err(AppError::internal)
    }

    /// Tells what is to be known of a permit that `snapshot` gave: the log, by which support access grant the caller
    /// was let in, if it is by one; and what policies that are not enforced would have denied.
    pub(crate) fn tell<Mode>(&self, snapshot: &Snapshot, permit: &Permit<Mode>) {
        self.tell_at(snapshot, permit, permit.organization());
    }

    /// The same of one that was judged in another organization.
    fn tell_at<Mode>(&self, snapshot: &Snapshot, permit: &Permit<Mode>, judged_at: OrganizationId) {
        if let Some(grant) = permit.support_access_grant() {
            let _ = self.request.told.support.set((permit.organization(), grant));
        }
        self.count_shadows(snapshot, permit.action(), judged_at, permit.resource());
    }

    fn count_shadows(
        &self,
        snapshot: &Snapshot,
        permission: &str,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
    ) {
        if !snapshot.has_shadows(organization) {
            return;
        }
        if let (Ok(principal), Some(index)) = (self.principal(), snapshot.catalogue().index(permission)) {
            let found = snapshot.shadowed(&principal, index, organization, resource, &self.moment());
            self.app.policy_shadows.note(&found, self.now);
        }
    }

    /// Tells the log which organization a question is about, where the path does not: one that the caller may know of.
    pub(crate) fn tell_about(&self, organization: OrganizationId) {
        let _ = self.request.told.about.set(organization);
    }

    /// Tells the logs that a question was denied to the caller, where the answer's status does not say it.
    pub fn tell_denied(&self, organization_id: Option<OrganizationId>) {
        let _ = self.request.told.denied.set(Denied { organization_id });
    }

    /// Notes that the caller used what they were given leave to read by.
    pub(crate) fn used(&self, permit: &Permit<Read>) {
        // What support access gives is nobody's to be taken away from.
        if let (Ok(principal), None) = (self.asker(), permit.support_access_grant()) {
            self.app.uses.note(permit.organization(), &principal, permit.action(), self.now);
        }
    }

    /// Notes that the caller may change something by what they hold at `judged_at`: used once the request is done,
    /// unless it is a preview.
    fn given<Mode>(&self, permit: &Permit<Mode>, judged_at: OrganizationId) {
        if let (Ok(principal), None) = (self.asker(), permit.support_access_grant()) {
            self.leaves().leave(judged_at, principal, permit.action());
        }
    }

    fn leaves(&self) -> &Given {
        self.given.get_or_init(|| Box::new(Given::new(&self.app, self.now)))
    }

    const fn is_person(&self) -> bool {
        matches!(self.caller, Caller::User { .. })
    }

    /// The snapshot that was read with the credential.
    pub(crate) fn fresh(&self) -> Option<&Arc<Snapshot>> {
        self.fresh.as_ref()
    }

    /// What this request's last write made.
    pub fn revision(&self) -> Option<Revision> {
        *self.request.revision.lock()
    }

    /// Who asks, as one that can hold rights; 401 for nobody. Not for questions that memory may answer: whoever has
    /// only those may open nothing else.
    pub fn principal(&self) -> Result<Principal, AppError> {
        if self.within.is_some() {
            return Err(AppError::internal("what was read from memory opens nothing but questions"));
        }
        self.asker()
    }

    /// The same for questions.
    pub fn asker(&self) -> Result<Principal, AppError> {
        match self.caller {
            Caller::Anonymous => Err(AppError::unauthenticated()),
            Caller::User { user_id, .. } => Ok(Principal::User(user_id)),
            Caller::ApiKey { api_key_id, .. } => Ok(Principal::ApiKey(api_key_id)),
        }
    }

    /// Who asks, as the ledger names them.
    fn actor(&self) -> Actor {
        match self.caller {
            Caller::Anonymous => Actor::Bearer { user_id: None },
            Caller::User { user_id, session_id } => Actor::User { user_id, session_id },
            Caller::ApiKey { api_key_id, .. } => Actor::ApiKey { api_key_id },
        }
    }

    /// The signed-in person, as the ledger names them.
    pub(crate) fn person(&self) -> Option<Actor> {
        self.is_person().then(|| self.actor())
    }

    fn context(&self) -> Context {
        self.context_as(self.actor())
    }

    fn context_as(&self, actor: Actor) -> Context {
        Context {
            now: self.now,
            actor,
            request_id: self.request_id,
            ip_address: self.request.ip_address.map(|address| address.to_string()),
            user_agent: self.request.user_agent.as_deref().map(str::to_owned),
            chance: self.app.chance.clone(),
            idempotency: self.request.idempotency.clone(),
            committed: self.request.revision.clone(),
            previewed: self.leaves().previewed.clone(),
            seen: self.request.seen.clone(),
        }
    }
}
