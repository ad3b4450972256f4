//! Noting uses in batches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polity_domain::access::{Day, REMEMBERED_DAYS, UseSketch};
use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::roles::Principal;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::CHUNK;
use super::row::{Column, Entity, Model, read};
use crate::api_keys::row as api_key;
use crate::organizations::purge::existing;
use crate::{Store, StoreError};

/// What was used, by whom and where.
pub type PermissionUses = BTreeMap<(OrganizationId, Principal), UseSketch>;

/// Rows in one transaction: a short one, so that no request waits for it.
const AT_ONCE: usize = 200;

/// Of several servers one at a time reads sketches and writes them back.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(7308325111)";

impl Store {
    /// Adds to what is known of uses. What a key did that acts for a service account, the account did as well: its
    /// roles were used, and the key may be gone tomorrow. What was used too long ago is forgotten on the way. May be
    /// done again when it fails half way: the latest day stays.
    pub async fn note_permission_uses(&self, uses: &PermissionUses, today: Day) -> Result<(), StoreError> {
        let mut all = uses.clone();
        let accounts = self.accounts_of(uses).await?;
        for ((organization, principal), sketch) in uses {
            if let Some(account) = accounts.get(&principal.uuid()) {
                let account = Principal::ServiceAccount(*account);
                all.entry((*organization, account)).or_default().merge(sketch);
            }
        }
        let all: Vec<_> = all.into_iter().collect();
        for chunk in all.chunks(AT_ONCE) {
            self.merge_uses(chunk, today).await?;
        }
        Ok(())
    }

    async fn merge_uses(
        &self,
        uses: &[((OrganizationId, Principal), UseSketch)],
        today: Day,
    ) -> Result<(), StoreError> {
        let tx = self.begin_alone().await?;
        if self.is_postgres() {
            tx.execute_unprepared(ONE_AT_A_TIME).await?;
        }
        // One that was purged meanwhile is left out, with what was done in it.
        let named: BTreeSet<Uuid> = uses.iter().map(|((organization, _), _)| organization.uuid()).collect();
        let there = existing(&tx, named).await?;
        let known = Entity::find()
            .filter(Column::PrincipalId.is_in(uses.iter().map(|((_, principal), _)| principal.uuid())))
            .filter(Column::OrganizationId.is_in(there.iter().copied()))
            .all(&tx)
            .await?;
        let known: HashMap<(Uuid, Uuid), Vec<u8>> =
            known.into_iter().map(|row| ((row.organization_id, row.principal_id), row.sketch)).collect();
        let mut rows = Vec::new();
        for ((organization, principal), new) in uses {
            let place = (organization.uuid(), principal.uuid());
            if !there.contains(&place.0) {
                continue;
            }
            let mut sketch = known.get(&place).map(|bytes| read(bytes)).transpose()?.unwrap_or_default();
            // What another server has noted already is not written again.
            if !sketch.merge(new) {
                continue;
            }
            sketch.forget_before(today.minus(REMEMBERED_DAYS));
            let row = Model {
                principal_id: place.1,
                organization_id: place.0,
                principal_kind: principal.kind().to_owned(),
                sketch: sketch.encode(),
            };
            rows.push(row.into_active_model().reset_all());
        }
        if !rows.is_empty() {
            let newer = OnConflict::columns([Column::PrincipalId, Column::OrganizationId])
                .update_column(Column::Sketch)
                .to_owned();
            Entity::insert_many(rows).on_conflict(newer).exec_without_returning(&tx).await?;
        }
        Ok(tx.commit().await?)
    }

    /// For which service accounts keys among these act.
    async fn accounts_of(
        &self,
        uses: &PermissionUses,
    ) -> Result<HashMap<Uuid, ServiceAccountId>, StoreError> {
        let keys = uses.keys().filter(|(_, principal)| matches!(principal, Principal::ApiKey(_)));
        let keys: BTreeSet<Uuid> = keys.map(|(_, principal)| principal.uuid()).collect();
        let keys: Vec<Uuid> = keys.into_iter().collect();
        let mut found = HashMap::new();
        for chunk in keys.chunks(CHUNK) {
            let rows: Vec<(Uuid, Option<Uuid>)> = api_key::Entity::find()
                .select_only()
                .columns([api_key::Column::Id, api_key::Column::ServiceAccountId])
                .filter(api_key::Column::Id.is_in(chunk.iter().copied()))
                .filter(api_key::Column::ServiceAccountId.is_not_null())
                .into_tuple()
                .all(&self.connections.read)
                .await?;
            let of_account =
                |(key, account): (Uuid, Option<Uuid>)| Some((key, ServiceAccountId::from_uuid(account?)));
            found.extend(rows.into_iter().filter_map(of_account));
        }
        Ok(found)
    }
}
