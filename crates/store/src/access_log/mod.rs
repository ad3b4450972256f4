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
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};
use uuid::Uuid;

use self::row::{Column, Entity, Model};
use crate::convert::signed;
use crate::listing::{Page, PageRequest, fetch};
use crate::members::{addresses, row as member};
use crate::organizations::purge::existing;
use crate::{Reader, Store, StoreError};

/// In so many organizations' logs a sign-in stands at most, those of which the person has been a member for the longest.
pub const MOST_LOGS: usize = 1_000;

/// The same of one that failed: whoever knows an address can cause those.
pub const MOST_LOGS_OF_FAILED: usize = 100;

/// Rows in one transaction: no request waits long for it.
const AT_ONCE: usize = 2_000;

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 500;

const SWEEP: &str = "DELETE FROM access_log WHERE (id, organization_id) IN \
    (SELECT id, organization_id FROM access_log WHERE create_time < $1 LIMIT $2)";

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
    /// A sign-in stands in each organization whose member signed in ([`MOST_LOGS`]). Rows about an organization that
    /// does not exist are left out: an id in a path is the caller's to write. Many rows are several transactions.
    pub async fn write_access_log(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let memberships = self.who_signed_in(entries).await?;
        let mut rows: Vec<(&Entry, OrganizationId)> = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(organization) = entry.organization_id {
                rows.push((entry, organization));
            } else if let Some(places) = entry.user_id.and_then(|user| memberships.get(&user)) {
                let most = if entry.succeeded { MOST_LOGS } else { MOST_LOGS_OF_FAILED };
                let then = places.iter().filter(|place| place.holds_at(entry.time));
                rows.extend(then.take(most).map(|place| (entry, place.organization)));
            }
        }
        for rows in rows.chunks(AT_ONCE) {
            self.write_rows(rows).await?;
        }
        Ok(())
    }

    async fn write_rows(&self, rows: &[(&Entry, OrganizationId)]) -> Result<(), StoreError> {
        let tx = self.begin_alone().await?;
        let named: BTreeSet<Uuid> = rows.iter().map(|(_, organization)| organization.uuid()).collect();
        let known = existing(&tx, named).await?;
        let rows: Vec<_> = rows
            .iter()
            .filter(|(_, organization)| known.contains(&organization.uuid()))
            .map(|(entry, organization)| Model::write(entry, *organization).into_active_model().reset_all())
            .collect();
        for chunk in rows.chunks(CHUNK) {
            let once = OnConflict::columns([Column::Id, Column::OrganizationId]).do_nothing().to_owned();
            match Entity::insert_many(chunk.to_vec()).on_conflict(once).exec_without_returning(&tx).await {
                Ok(_) | Err(DbErr::RecordNotInserted) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(tx.commit().await?)
    }

    /// Where those are members who signed in, where they came first first.
    async fn who_signed_in(&self, entries: &[Entry]) -> Result<HashMap<UserId, Vec<Place>>, StoreError> {
        use member::Column as At;
        let sign_ins = entries.iter().filter(|entry| entry.organization_id.is_none());
        let people: BTreeSet<Uuid> = sign_ins.filter_map(|entry| entry.user_id).map(UserId::uuid).collect();
        let mut found: HashMap<UserId, Vec<Place>> = HashMap::new();
        if people.is_empty() {
            return Ok(found);
        }
        let rows: Vec<(Uuid, Uuid, i64, Option<i64>)> = member::Entity::find()
            .select_only()
            .columns([At::UserId, At::OrganizationId, At::CreateTime, At::ExpireTime])
            .filter(At::UserId.is_in(people))
            .order_by_asc(At::CreateTime)
            .order_by_asc(At::OrganizationId)
            .into_tuple()
            .all(&self.connections.read)
            .await?;
        for (user, organization, since, until) in rows {
            let organization = OrganizationId::from_uuid(organization);
            let place = Place { organization, since: Time(since), until: until.map(Time) };
            found.entry(UserId::from_uuid(user)).or_default().push(place);
        }
        Ok(found)
    }

    /// Forgets at most `limit` rows that are older than `before`; answers how many.
    pub async fn sweep_access_log(&self, before: Time, limit: u64) -> Result<u64, StoreError> {
        let db = &self.connections.write;
        let values: [Value; 2] = [before.micros().into(), signed(limit).into()];
        let sweep = Statement::from_sql_and_values(db.get_database_backend(), SWEEP, values);
        Ok(db.execute_raw(sweep).await?.rows_affected())
    }
}

/// A membership.
struct Place {
    organization: OrganizationId,
    since: Time,
    until: Option<Time>,
}

impl Place {
    fn holds_at(&self, time: Time) -> bool {
        self.since <= time && self.until.is_none_or(|end| time < end)
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
        AccessLog {
            db: &self.primary,
            organization: self.organization(),
            tree: self.snapshot().tree_id().uuid(),
        }
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
