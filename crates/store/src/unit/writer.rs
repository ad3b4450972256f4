//! Changing by permit.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parking_lot::Mutex;
use polity_domain::access::{Permit, Snapshot};
use polity_domain::audit::Summary;
use polity_domain::ids::{EventId, OrganizationId, RequestId, SupportAccessGrantId, TreeId, UserId};
use polity_domain::ledger::event::{Actor, Change, Event};
use polity_domain::ledger::leaf::Leaf;
use polity_domain::listing::fold;
use polity_domain::permissions::Write;
use polity_domain::time::Time;
use sea_orm::TransactionTrait;
use uuid::Uuid;

use super::transaction::{At, Transaction};
use super::work::Work;
use super::{Seen, apply};
use crate::convert::signed;
use crate::ledger::rows::{leaf, node, personal};
use crate::trees::Turn;
use crate::{Store, StoreError, facts};

/// Draws at random, handed in so that tests can fix it.
pub trait Chance: Send + Sync {
    /// A new UUIDv7, later than those before it (RFC 9562, section 5.7).
    fn uuid(&self) -> Uuid;
    /// Fills `bytes` from a cryptographically secure source.
    fn fill(&self, bytes: &mut [u8]);
}

/// Who changes something, when, and by which request: what every event of the unit says.
#[derive(Clone)]
pub struct Context {
    /// The moment of the request.
    pub now: Time,
    /// Who.
    pub actor: Actor,
    /// By which request.
    pub request_id: RequestId,
    /// From where.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// Draws ids and salts.
    pub chance: Arc<dyn Chance>,
    /// The idempotency record that this unit fulfils.
    pub idempotency: Option<Idempotency>,
    /// Where the unit tells what it made.
    pub committed: Arc<Mutex<Option<Revision>>>,
    /// Where it is said that the unit was only to be looked at.
    pub previewed: Arc<AtomicBool>,
    /// Where a unit that changes nothing leaves what it has seen of others: what is answered holds once that is
    /// durable.
    pub seen: Seen,
}

/// Names an idempotency record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// A keyed hash of who asks.
    pub caller: [u8; 32],
    /// A keyed hash of the key.
    pub key_hash: [u8; 32],
}

/// What a committed unit made: a point in a tree's history, `<tree>.<number>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Whose history.
    pub tree_id: TreeId,
    /// The number of the last event.
    pub number: u64,
}

impl Revision {
    /// The number as rows keep it: what an ETag is made of.
    pub fn row(self) -> i64 {
        signed(self.number)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.tree_id, self.number)
    }
}

/// Leave to change one organization, with the lock of its tree. Dropped without
/// [`Writer::commit`], it has changed nothing.
pub struct Writer {
    pub(crate) tx: Transaction,
    store: Store,
    permit: Permit<Write>,
    context: Context,
    /// This process's turns at the trees: given back when the unit ends.
    turns: Vec<Turn>,
    /// The trees that are locked, in the order of their ids; `main` is the permit's.
    pub(super) works: Vec<Work>,
    main: usize,
}

/// A unit that has its last event: it can be looked at, committed, or dropped, which changes nothing.
pub struct Recorded(Writer);

/// A lock on trees, before it is known whether the caller may use it.
pub struct Locked {
    turns: Vec<Turn>,
    tx: Transaction,
    store: Store,
    works: Vec<Work>,
}

impl Store {
    /// Begins a transaction and locks these trees. A tree that does not exist is left out.
    pub async fn lock(&self, trees: &[TreeId]) -> Result<Locked, StoreError> {
        let mut ordered = trees.to_vec();
        // Always in the same order: two units never wait for each other.
        ordered.sort_unstable();
        ordered.dedup();
        // Writers of one tree wait here, without a connection: of each tree at most one waits in the
        // database for other replicas, so that a busy tenant leaves connections to the others.
        let turns = if self.is_postgres() { self.trees.turns(&ordered).await } else { Vec::new() };
        let tx = match &self.group {
            Some(group) => Transaction::shared(group.enter(&self.connections.write).await?),
            None => Transaction::own(self.connections.write.begin().await?),
        };
        let mut locked = Locked { turns, tx, store: self.clone(), works: Vec::new() };
        for tree in ordered {
            let work = match locked.tx.begun(tree) {
                Some(work) => Some(work),
                None => Work::lock(self, locked.tx.beside(), tree).await?,
            };
            locked.works.extend(work);
        }
        Ok(locked)
    }
}

impl Locked {
    /// What decides for an organization that stands in one of the locked trees.
    pub fn snapshot_of(&self, organization: OrganizationId) -> Option<&Snapshot> {
        self.works
            .iter()
            .map(|work| work.base.as_ref())
            .find(|snapshot| snapshot.node(organization).is_some())
    }

    /// Makes a new tree: the one that a permit for its top-level organization is about. One that is
    /// locked already, since its organizations had left it, goes on.
    pub async fn create_tree(&mut self, tree: TreeId, now: Time) -> Result<(), StoreError> {
        if self.works.iter().all(|work| work.tree_id != tree) {
            self.works.push(Work::create(&self.tx, tree, now).await?);
        }
        Ok(())
    }

    /// Opens the unit by a permit. None when the permit's organization is in no locked tree.
    pub fn open(mut self, permit: Permit<Write>, context: Context) -> Option<Writer> {
        let organization = permit.organization();
        let stands = |work: &Work| work.base.node(organization).is_some();
        let founded = |work: &Work| work.tree_id == organization;
        let main = self.works.iter().position(stands).or_else(|| self.works.iter().position(founded))?;
        self.tx.sees(context.seen.clone());
        Some(Writer {
            turns: self.turns,
            tx: self.tx,
            store: self.store,
            permit,
            context,
            works: self.works,
            main,
        })
    }
}

impl Writer {
    /// Where.
    pub fn organization(&self) -> OrganizationId {
        self.permit.organization()
    }

    /// Who, when and by which request.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The moment of the request.
    pub fn now(&self) -> Time {
        self.context.now
    }

    /// What decides access, with what this unit has recorded so far.
    pub fn snapshot(&self) -> &Snapshot {
        &self.works[self.main].snapshot
    }

    /// The last change of the permit's tree that this unit has recorded, or that it found.
    pub fn revision(&self) -> Revision {
        let work = &self.works[self.main];
        Revision { tree_id: work.tree_id, number: work.snapshot.revision() }
    }

    /// The snapshot of the locked tree that an organization stands in.
    pub fn snapshot_of(&self, organization: OrganizationId) -> Option<&Snapshot> {
        self.works.iter().map(|work| &work.snapshot).find(|snapshot| snapshot.node(organization).is_some())
    }

    /// Changes the tables by an event and keeps it for the ledger.
    pub async fn record(&mut self, change: Change) -> Result<(), StoreError> {
        if !self.permit.covers(&change) {
            return Err(StoreError::corrupt("a change beyond what the permit is for"));
        }
        let position = self.position(&change)?;
        let work = &mut self.works[position];
        work.snapshot.apply(&change);
        let revision = work.snapshot.revision();
        apply::apply(&self.tx, &change, work.tree_id, revision).await?;
        let organization_id = change.organization_id();
        let event = Event {
            id: EventId::from_uuid(self.context.chance.uuid()),
            tree_id: work.tree_id,
            revision,
            organization_id,
            time: self.context.now,
            actor: self.context.actor,
            support_access_grant_id: self.permit.support_access_grant(),
            request_id: self.context.request_id,
            ip_address: self.context.ip_address.clone(),
            user_agent: self.context.user_agent.clone(),
            change,
        };
        append(work, &event, self.context.chance.as_ref())
    }

    /// The tree in whose ledger a change belongs.
    fn position(&self, change: &Change) -> Result<usize, StoreError> {
        let tree = match change {
            Change::OrganizationCreated(organization) => organization.tree_id,
            Change::OrganizationJoined(subtree) => {
                let top = subtree.organizations.first();
                top.ok_or_else(|| StoreError::corrupt("an empty subtree"))?.tree_id
            }
            Change::OrganizationLeft(changed) => changed.before.tree_id,
            Change::OrganizationPurged(purged) => purged.ledger(),
            _ => {
                let organization = change.organization_id();
                let found = self.works.iter().position(|work| work.snapshot.node(organization).is_some());
                return found.ok_or_else(|| StoreError::corrupt("a change outside the locked trees"));
            }
        };
        let found = self.works.iter().position(|work| work.tree_id == tree);
        found.ok_or_else(|| StoreError::corrupt("a change outside the locked trees"))
    }

    /// Records the unit's last event: what it does can be judged before it is committed.
    pub async fn seal(mut self, change: Change) -> Result<Recorded, StoreError> {
        self.record(change).await?;
        // What the tables refuse is said before it is judged.
        self.tx.flush().await?;
        Ok(Recorded(self))
    }

    /// Ends the unit: records its last event, writes the ledger and commits. From then on every
    /// decision in this process counts it, and the write survives a power cut.
    pub async fn commit(self, change: Change) -> Result<Revision, StoreError> {
        self.seal(change).await?.commit().await
    }

    async fn finish(self) -> Result<Revision, StoreError> {
        let organization = self.organization();
        // The turns are kept until the news of the commit is in memory.
        let Self { turns: _turns, tx, store, works, main, context, .. } = self;
        // An organization that moved to another tree goes on in the history of that one.
        let home = works.iter().position(|work| work.snapshot.node(organization).is_some()).unwrap_or(main);
        let revision = Revision { tree_id: works[home].tree_id, number: works[home].snapshot.revision() };
        let tx = match tx.into_at() {
            At::Shared(place) => {
                place.finish(works, context.now).await?;
                *context.committed.lock() = Some(revision);
                return Ok(revision);
            }
            At::Own(tx) => tx,
        };
        // Should it fail, whether it took effect is not known: memory is read anew from the tables.
        let behind = store.trees.behind(works.iter().map(|work| work.tree_id));
        tx.commit().await.map_err(|error| StoreError::from(error).unsure())?;
        for work in &works {
            store.tell(work.tree_id, work.snapshot.revision());
        }
        behind.publish(works.into_iter().map(|work| work.snapshot));
        *context.committed.lock() = Some(revision);
        Ok(revision)
    }
}

impl Recorded {
    /// The unit, as far as it can be looked at.
    pub fn unit(&self) -> &Writer {
        &self.0
    }

    /// The unit's last event, as the permit's tree will have it.
    pub fn last_event(&self) -> Result<Event, StoreError> {
        let work = &self.0.works[self.0.main];
        let (leaf, personal) = (work.rows.leaves.last(), work.rows.personal.last());
        let (leaf, personal) =
            leaf.zip(personal).ok_or_else(|| StoreError::corrupt("a unit without an event"))?;
        Ok(Leaf::read(&leaf.leaf, Some(&personal.personal))?)
    }

    /// The unit once more, for another change after all.
    pub fn reopen(self) -> Writer {
        self.0
    }

    /// Writes the ledger and commits.
    pub async fn commit(self) -> Result<Revision, StoreError> {
        let mut unit = self.0;
        // Where units become durable together, their leaves are written together.
        if !unit.tx.is_shared() {
            for work in &mut unit.works {
                work.write(&unit.tx, unit.context.now).await?;
            }
        }
        if let Some(record) = &unit.context.idempotency {
            facts::idempotency::mark_committed(&unit.tx, record).await?;
        }
        unit.tx.flush().await?;
        if unit.tx.is_shared() {
            // The transaction's own task commits.
            return unit.finish().await;
        }
        // In a task of its own: a caller that hangs up between the commit and its news in memory
        // must not leave memory behind the database.
        let finished = tokio::spawn(unit.finish()).await;
        finished.unwrap_or_else(|_| Err(StoreError::corrupt("the commit was cut off")))
    }
}

fn append(work: &mut Work, event: &Event, chance: &dyn Chance) -> Result<(), StoreError> {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    let written = Leaf::write(event, &salt)?;
    let hash = written.hash();
    let tree_id = work.tree_id.uuid();
    let revision = signed(event.revision);
    let (actor_kind, actor_id) = actor_columns(&event.actor);
    let Summary { action, crud, target, description } = Summary::of(&event.change);
    for (level, position, hash) in work.frontier.append(hash) {
        let node =
            node::Model { tree_id, level: i32::from(level), position: signed(position), hash: hash.to_vec() };
        work.rows.nodes.push(node);
    }
    work.rows.personal.push(personal::Model {
        tree_id,
        revision,
        salt: salt.to_vec(),
        personal: written.personal,
        ip_address: event.ip_address.clone(),
        description_folded: fold(&description),
    });
    work.rows.leaves.push(leaf::Model {
        tree_id,
        revision,
        event_id: event.id.uuid(),
        organization_id: event.organization_id.uuid(),
        kind: event.change.kind().to_owned(),
        actor_kind: actor_kind.to_owned(),
        actor_id,
        support_access_grant_id: event.support_access_grant_id.map(SupportAccessGrantId::uuid),
        request_id: event.request_id.uuid(),
        event_time: event.time.micros(),
        action,
        crud: crud.name().to_owned(),
        target,
        record_id: record_id(&event.change).map(str::to_owned),
        leaf: written.bytes,
        leaf_hash: hash.to_vec(),
    });
    Ok(())
}

/// The application's own id of an event that it recorded.
pub(crate) fn record_id(change: &Change) -> Option<&str> {
    match change {
        Change::CustomRecorded(event) => Some(&event.event_id),
        _ => None,
    }
}

/// An actor as the ledger's columns name it.
pub(crate) fn actor_columns(actor: &Actor) -> (&'static str, Option<Uuid>) {
    match actor {
        Actor::User { user_id, .. } => ("user", Some(user_id.uuid())),
        Actor::ApiKey { api_key_id } => ("api_key", Some(api_key_id.uuid())),
        Actor::Bearer { user_id } => ("bearer", user_id.map(UserId::uuid)),
        Actor::System { .. } => ("system", None),
    }
}
