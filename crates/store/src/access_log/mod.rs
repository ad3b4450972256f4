//! The access log: who signed in and who asked what. It changes no right, so it stands outside the ledger and
//! the trees' locks and is written in batches.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use std::collections::{BTreeSet, HashMap};

use polity_domain::ids::{
    AccessLogEntryId, ApiKeyId, OrganizationId, RequestId, SupportAccessGrantId, UserId,
};
use polity_domain::time::Time;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use self::row::{Column, Entity, Model};
use crate::listing::{Page, PageRequest, fetch};
use crate::members::{addresses, row as member};
use crate::organizations::{purge::existing, row as organization};
use crate::{Reader, Store, StoreError};

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 500;

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id: that of a sign-in is the same in each organization in which it stands.
    pub id: AccessLogEntryId,
    /// The organization that was asked about, or in whose log it stands. To be written, a sign-in has none.
    pub organization_id: Option<OrganizationId>,
    /// When.
    pub time: Time,
    /// The person who asked.
    pub user_id: Option<UserId>,
    /// The API key that asked.
    pub api_key_id: Option<ApiKeyId>,
    /// The grant by which one of the platform's staff asked.
    pub support_access_grant_id: Option<SupportAccessGrantId>,
    /// `LOGIN`, `LOGIN_FAILED`, `LOGOUT`, `API_REQUEST`, `EXPORT` or `LOST`.
    pub action: &'static str,
    /// Whether it was done.
    pub succeeded: bool,
    /// The method.
    pub method: Option<&'static str>,
    /// The path as the document writes it.
    pub route: Option<String>,
    /// The answer's status.
    pub http_status: Option<u16>,
    /// From where.
    pub ip_address: Option<String>,
    /// With what, as the client said.
    pub user_agent: Option<String>,
    /// Which request.
    pub request_id: Option<RequestId>,
    /// How many rows could not be kept.
    pub lost: Option<u64>,
}

/// What an entry's action may be.
pub const ACTIONS: &[&str] = &["LOGIN", "LOGIN_FAILED", "LOGOUT", "API_REQUEST", "EXPORT", "LOST"];

/// A page of the log with the addresses of those who are known.
#[derive(Debug)]
pub struct Entries {
    /// The rows.
    pub page: Page<Entry>,
    /// The address of each person of the page who is a member somewhere in the tree, as it is now.
    pub addresses: HashMap<UserId, String>,
}

impl Store {
    /// Writes rows down, those that are there already not again: a commit whose outcome nobody learned is tried again.
    /// A sign-in stands in each organization whose member signed in. Rows about an organization that does not exist are
    /// left out: an id in a path is the caller's to write.
    pub async fn write_access_log(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let named: BTreeSet<Uuid> =
            entries.iter().filter_map(|entry| entry.organization_id).map(OrganizationId::uuid).collect();
        let tx = self.begin_fact().await?;
        let known = existing(&tx, named).await?;
        let memberships = memberships(&tx, entries).await?;
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            match (entry.organization_id, entry.user_id) {
                (Some(id), _) if known.contains(&id.uuid()) => rows.push(Model::write(entry, id)),
                (None, Some(user)) => {
                    let theirs = memberships.get(&user).into_iter().flatten();
                    let by_then = theirs.filter(|(_, since)| *since <= entry.time);
                    rows.extend(by_then.map(|(id, _)| Model::write(entry, *id)));
                }
                _ => {}
            }
        }
        for chunk in rows.chunks(CHUNK) {
            let chunk = chunk.iter().map(|row| row.clone().into_active_model().reset_all());
            let once = OnConflict::columns([Column::Id, Column::OrganizationId]).do_nothing().to_owned();
            match Entity::insert_many(chunk).on_conflict(once).exec_without_returning(&tx).await {
                Ok(_) | Err(DbErr::RecordNotInserted) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(tx.commit().await?)
    }

    /// Forgets at most `limit` entries that are older than `before`, in whose logs they stand; answers how many rows.
    pub async fn sweep_access_log(&self, before: Time, limit: u64) -> Result<u64, StoreError> {
        self.forget_rows::<Entity>(Column::Id, Column::CreateTime, before.micros(), limit).await
    }
}

/// Where those are members who signed in, and since when.
async fn memberships(
    db: &DatabaseTransaction,
    entries: &[Entry],
) -> Result<HashMap<UserId, Vec<(OrganizationId, Time)>>, StoreError> {
    let sign_ins = entries.iter().filter(|entry| entry.organization_id.is_none());
    let people: BTreeSet<Uuid> = sign_ins.filter_map(|entry| entry.user_id).map(UserId::uuid).collect();
    let mut found: HashMap<UserId, Vec<(OrganizationId, Time)>> = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    let at = Expr::col((member::Entity, member::Column::OrganizationId));
    let there = Query::select()
        .expr(Expr::val(1))
        .from(organization::Entity)
        .and_where(Expr::col((organization::Entity, organization::Column::Id)).eq(at))
        .and_where(organization::Column::TreeId.is_not_null())
        .to_owned();
    let rows: Vec<(Uuid, Uuid, i64)> = member::Entity::find()
        .select_only()
        .columns([member::Column::UserId, member::Column::OrganizationId, member::Column::CreateTime])
        .filter(member::Column::UserId.is_in(people))
        .filter(Expr::exists(there))
        .into_tuple()
        .all(db)
        .await?;
    for (user, organization, since) in rows {
        let theirs = found.entry(UserId::from_uuid(user)).or_default();
        theirs.push((OrganizationId::from_uuid(organization), Time(since)));
    }
    Ok(found)
}

/// The log of the permit's organization.
pub struct AccessLog<'a> {
    db: &'a DatabaseConnection,
    organization: OrganizationId,
    tree: Uuid,
}

impl Reader {
    /// The organization's access log.
    pub fn access_log(&self) -> AccessLog<'_> {
        AccessLog { db: &self.db, organization: self.organization(), tree: self.snapshot().tree_id().uuid() }
    }
}

impl AccessLog<'_> {
    /// A page, the newest first: what was asked about the organization, and how its members signed in.
    pub async fn list(&self, request: &PageRequest) -> Result<Entries, StoreError> {
        let rows = Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()));
        let page = fetch(self.db, rows, request).await?;
        let people = page.items.iter().filter_map(|row| row.user_id);
        let addresses = addresses(self.db, self.tree, people).await?;
        Ok(Entries { page: page.try_map(TryInto::try_into)?, addresses })
    }
}
