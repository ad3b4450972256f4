//! What was noted of requests, written in batches.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::consumption::Granularity;
use polity_domain::ids::{ApiKeyId, OrganizationId, UserId};
use polity_domain::time::Time;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement};
use uuid::Uuid;

use super::{add, put};
use crate::api_keys::row as api_key;
use crate::convert::signed;
use crate::members::row as member;
use crate::organizations::purge::existing;
use crate::{Store, StoreError};

/// What was noted of requests, by the beginning of their day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Noted {
    /// How many, by organization.
    pub requests: BTreeMap<(OrganizationId, Time), u64>,
    /// How many whose path names no organization, by the key that asked.
    pub by_key: BTreeMap<(ApiKeyId, Time), u64>,
    /// Who asked about an organization.
    pub active: BTreeSet<(OrganizationId, UserId, Time)>,
    /// Who signed in: active in every organization of which they are a member.
    pub signed_in: BTreeSet<(UserId, Time)>,
}

impl Noted {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    /// Writes down what was noted of requests, all of it or nothing.
    pub async fn note_consumption(&self, noted: &Noted) -> Result<(), StoreError> {
        let tx = self.begin_alone().await?;
        let mut amounts = BTreeMap::new();
        for ((organization, day), amount) in &noted.requests {
            put(&mut amounts, organization.uuid(), "api_requests", *day, signed(*amount));
        }
        let keys = noted.by_key.keys().map(|(key, _)| key.uuid());
        let homes: Vec<(Uuid, Uuid)> = api_key::Entity::find()
            .select_only()
            .columns([api_key::Column::Id, api_key::Column::OrganizationId])
            .filter(api_key::Column::Id.is_in(keys))
            .into_tuple()
            .all(&tx)
            .await?;
        let homes: BTreeMap<Uuid, Uuid> = homes.into_iter().collect();
        for ((key, day), amount) in &noted.by_key {
            if let Some(home) = homes.get(&key.uuid()) {
                put(&mut amounts, *home, "api_requests", *day, signed(*amount));
            }
        }
        let mut active: BTreeSet<(Uuid, Uuid, Time)> =
            noted.active.iter().map(|(at, user, day)| (at.uuid(), user.uuid(), *day)).collect();
        for (user, day) in &noted.signed_in {
            let places: Vec<Uuid> = member::Entity::find()
                .select_only()
                .column(member::Column::OrganizationId)
                .filter(member::Column::UserId.eq(user.uuid()))
                .into_tuple()
                .all(&tx)
                .await?;
            active.extend(places.into_iter().map(|place| (place, user.uuid(), *day)));
        }
        // One that was purged meanwhile is left out, with what was done in it.
        let named = amounts.keys().map(|(organization, ..)| *organization);
        let named: BTreeSet<Uuid> =
            named.chain(active.iter().map(|(organization, ..)| *organization)).collect();
        let known = existing(&tx, named).await?;
        amounts.retain(|(organization, ..), _| known.contains(organization));
        active.retain(|(organization, ..)| known.contains(organization));
        for (organization, user, day) in active {
            for granularity in Granularity::ALL {
                let period = granularity.start(day).micros();
                if seen(&tx, organization, granularity.name(), period, user).await? {
                    let place = (organization, granularity.name(), period, "active_members".to_owned());
                    *amounts.entry(place).or_default() += 1;
                }
            }
        }
        add(&tx, amounts).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether somebody is seen for the first time in a period.
async fn seen<C: ConnectionTrait>(
    db: &C,
    organization: Uuid,
    granularity: &'static str,
    period: i64,
    user: Uuid,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO consumption_active (organization_id, granularity, period_time, user_id) \
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let values: [sea_orm::Value; 4] = [organization.into(), granularity.into(), period.into(), user.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected() == 1)
}
