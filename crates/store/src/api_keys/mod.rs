//! API keys: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use std::collections::HashMap;
use std::sync::Arc;

use polity_domain::access::Snapshot;
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::{ApiKeyId, OrganizationId, ServiceAccountId, TreeId};
use polity_domain::time::Time;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, Select, Statement,
};

use crate::convert::unsigned;
use crate::facts::key_uses;
use crate::listing::{Page, PageRequest, at, fetch};
use crate::moment::Moment;
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, Store, StoreError, Writer};

/// The API keys of the permit's organization.
pub struct ApiKeys<'a, C> {
    db: &'a C,
    /// Uses stand in no ledger.
    uses: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's API keys.
    pub fn api_keys(&self) -> ApiKeys<'_, DatabaseConnection> {
        ApiKeys { db: &self.db, uses: &self.primary, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's API keys.
    pub fn api_keys(&self) -> ApiKeys<'_, Transaction> {
        ApiKeys { db: &self.tx, uses: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> ApiKeys<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: ApiKeyId) -> Result<Option<Versioned<ApiKey>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for. `now` decides which are
    /// expired.
    pub async fn list(
        &self,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<Versioned<ApiKey>>, StoreError> {
        at(now, fetch(self.db, self.all(), &request.newest_first())).await?.try_map(versioned)
    }

    /// How many of them are neither revoked nor expired.
    pub async fn count_active(&self, now: Time) -> Result<u64, StoreError> {
        let lasting = row::Column::ExpireTime.is_null().or(row::Column::ExpireTime.gt(now.micros()));
        Ok(self.all().filter(row::Column::RevokeTime.is_null()).filter(lasting).count(self.db).await?)
    }

    /// Those that act for a service account and were not revoked, the oldest first.
    pub async fn of_service_account(&self, account: ServiceAccountId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = self
            .all()
            .filter(row::Column::ServiceAccountId.eq(account.uuid()))
            .filter(row::Column::RevokeTime.is_null())
            .order_by_asc(row::Column::CreateTime)
            .order_by_asc(row::Column::Id)
            .all(self.db)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// When the secrets of these keys were last used, by key and number. What was never used is left
    /// out.
    pub async fn last_uses(&self, keys: &[ApiKeyId]) -> Result<HashMap<(ApiKeyId, u32), Time>, StoreError> {
        let own = Query::select()
            .column(row::Column::Id)
            .from(row::Entity)
            .and_where(row::Column::OrganizationId.eq(self.organization.uuid()))
            .and_where(row::Column::Id.is_in(keys.iter().map(|key| key.uuid())))
            .to_owned();
        let rows = key_uses::Entity::find()
            .filter(key_uses::Column::ApiKeyId.in_subquery(own))
            .all(self.uses)
            .await?;
        rows.into_iter()
            .map(|row| {
                let secret = (ApiKeyId::from_uuid(row.api_key_id), unsigned(row.secret_number)?);
                Ok((secret, Time(row.last_used_time)))
            })
            .collect()
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<ApiKey>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

/// Which tree a key's organization stands in, and what the last event there is.
#[derive(FromQueryResult)]
struct Head {
    tree_id: uuid::Uuid,
    head_revision: i64,
}

impl Store {
    /// The key that a presented text names, wherever it is, with its tree and the tree's revision: all
    /// that its authentication needs, in one statement.
    pub async fn api_key(&self, id: ApiKeyId) -> Result<Option<(ApiKey, TreeId, u64)>, StoreError> {
        let sql = "SELECT k.*, o.tree_id, t.revision AS head_revision FROM api_keys k \
            JOIN organizations o ON o.id = k.organization_id JOIN trees t ON t.tree_id = o.tree_id WHERE k.id = $1";
        let db = &self.connections.read;
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [id.uuid().into()]);
        let Some(found) = db.query_one_raw(statement).await? else { return Ok(None) };
        let head = Head::from_query_result(&found, "")?;
        let key = row::Model::from_query_result(&found, "")?;
        Ok(Some((key.try_into()?, TreeId::from_uuid(head.tree_id), unsigned(head.head_revision)?)))
    }

    /// The key that a presented text names, with the snapshot that decides for it: no older than the key,
    /// and in the same one statement unless the snapshot must first catch up.
    pub async fn api_key_with_snapshot(
        &self,
        id: ApiKeyId,
    ) -> Result<Option<(ApiKey, Arc<Snapshot>)>, StoreError> {
        let asked = Moment::now();
        let Some((key, tree, revision)) = self.api_key(id).await? else { return Ok(None) };
        let snapshot = self.snapshot_at_least(tree, revision).await?;
        self.trees.confirm(tree, revision, asked);
        Ok(Some((key, snapshot)))
    }
}
