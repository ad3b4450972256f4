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
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, JoinType, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

use self::row::{Column, Entity, Model};
use crate::listing::{Cursor, Key, Page, PageRequest, fetch};
use crate::members::{addresses, row as member};
use crate::organizations::purge::existing;
use crate::{Reader, Store, StoreError};

/// Up to so many members, the sign-ins of each are looked up. Of more, the sign-ins of everybody are walked, the newest
/// first, until enough are theirs: that finds them the sooner the more they are.
const FEW: u64 = 200;

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 500;

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: AccessLogEntryId,
    /// The organization that was asked about; none for a sign-in, which is a person's.
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
    /// Writes rows down. Those about an organization that does not exist are left out: an id in a path is
    /// the caller's to write.
    pub async fn write_access_log(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let named: BTreeSet<Uuid> =
            entries.iter().filter_map(|entry| entry.organization_id).map(OrganizationId::uuid).collect();
        let tx = self.begin_fact().await?;
        let known = existing(&tx, named).await?;
        let rows: Vec<_> = entries
            .iter()
            .filter(|entry| entry.organization_id.is_none_or(|id| known.contains(&id.uuid())))
            .map(|entry| Model::write(entry).into_active_model().reset_all())
            .collect();
        for chunk in rows.chunks(CHUNK) {
            // They may be there: a commit whose outcome nobody learned is tried again.
            let once = OnConflict::column(Column::Id).do_nothing().to_owned();
            match Entity::insert_many(chunk.to_vec()).on_conflict(once).exec_without_returning(&tx).await {
                Ok(_) | Err(DbErr::RecordNotInserted) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(tx.commit().await?)
    }

    /// Forgets at most `limit` rows that are older than `before`; answers how many.
    pub async fn sweep_access_log(&self, before: Time, limit: u64) -> Result<u64, StoreError> {
        self.forget_rows::<Entity>(Column::Id, Column::CreateTime, before.micros(), limit).await
    }
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
    /// A page, the newest first: what was asked about the organization, and how its members signed in
    /// since they became members. Each part is found by an index of its own.
    pub async fn list(&self, request: &PageRequest) -> Result<Entries, StoreError> {
        let asked = Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()));
        let signed_in =
            if self.has_few_members().await? { self.signed_in_by_each() } else { self.signed_in_by_all() };
        let (asked, signed_in) =
            (fetch(self.db, asked, request).await?, fetch(self.db, signed_in, request).await?);
        let page = merged(asked, signed_in, request.size);
        let people = page.items.iter().filter_map(|row| row.user_id);
        let addresses = addresses(self.db, self.tree, people).await?;
        Ok(Entries { page: page.try_map(TryInto::try_into)?, addresses })
    }

    async fn has_few_members(&self) -> Result<bool, StoreError> {
        let some: Vec<Uuid> = member::Entity::find()
            .select_only()
            .column(member::Column::UserId)
            .filter(member::Column::OrganizationId.eq(self.organization.uuid()))
            .limit(FEW + 1)
            .into_tuple()
            .all(self.db)
            .await?;
        Ok(some.len() as u64 <= FEW)
    }

    /// The sign-ins of members, found for each by the index on people. `CROSS JOIN` keeps SQLite to that order.
    fn signed_in_by_each(&self) -> Select<Entity> {
        let (members, signed_in) = (Alias::new("m"), Alias::new("s"));
        let theirs = Query::select()
            .column((signed_in.clone(), Column::Id))
            .from_as(member::Entity, members.clone())
            .join_as(JoinType::CrossJoin, Entity, signed_in.clone(), Condition::all())
            .cond_where(self.since_they_are_members(&members, &signed_in))
            .and_where(Expr::col((signed_in, Column::OrganizationId)).is_null())
            .to_owned();
        Entity::find().filter(Column::Id.in_subquery(theirs))
    }

    /// The same, found by walking the sign-ins of everybody.
    fn signed_in_by_all(&self) -> Select<Entity> {
        let members = Alias::new("m");
        let since = Query::select()
            .expr(Expr::val(1))
            .from_as(member::Entity, members.clone())
            .cond_where(self.since_they_are_members(&members, &Entity))
            .to_owned();
        Entity::find().filter(Column::OrganizationId.is_null()).filter(Expr::exists(since))
    }

    fn since_they_are_members(&self, members: &Alias, log: &(impl IntoIden + Clone)) -> Condition {
        let of = |column| Expr::col((members.clone(), column));
        let at = |column| Expr::col((log.clone(), column));
        Condition::all()
            .add(of(member::Column::OrganizationId).eq(self.organization.uuid()))
            .add(of(member::Column::UserId).eq(at(Column::UserId)))
            .add(of(member::Column::CreateTime).lte(at(Column::CreateTime)))
    }
}

/// The newest of both parts.
fn merged(one: Page<Model>, other: Page<Model>, size: u64) -> Page<Model> {
    let more = one.next.is_some() || other.next.is_some();
    let total = one.total.zip(other.total).map(|(one, other)| one + other);
    let mut items = [one.items, other.items].concat();
    items.sort_unstable_by_key(|row| std::cmp::Reverse((row.create_time, row.id)));
    let more = more || items.len() as u64 > size;
    items.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next =
        items.last().filter(|_| more).map(|row| Cursor(vec![Key::Number(row.create_time), Key::Id(row.id)]));
    Page { items, next, total }
}
