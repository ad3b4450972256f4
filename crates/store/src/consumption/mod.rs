//! What organizations use: counters by day and month, to which amounts are added as they come, so that reading
//! costs what is shown and not what happened. It changes no right: outside the ledger and the trees' locks.

mod measure;
mod noted;
mod record;
pub(crate) mod row;
mod usage;

pub use noted::Noted;
pub use record::{Outcome, Record};
pub use usage::{Asked, Usage};

use std::collections::BTreeMap;

use polity_domain::consumption::Granularity;
use polity_domain::time::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use self::row::counter::{Column, Entity, Model};
use crate::StoreError;
use crate::unit::chunks;

/// A counter: of whom, for how long, since when, of what.
type Place = (Uuid, &'static str, i64, String);

/// What tells counters apart.
const KEY: [Column; 4] = [Column::OrganizationId, Column::Granularity, Column::PeriodTime, Column::Meter];

/// Adds to counters.
async fn add<C: ConnectionTrait>(db: &C, amounts: BTreeMap<Place, i64>) -> Result<(), StoreError> {
    let more = Expr::col((Entity, Column::Quantity)).add(excluded_quantity());
    let summed = OnConflict::columns(KEY).value(Column::Quantity, more).to_owned();
    write(db, amounts, &summed).await
}

/// Puts counters at an amount.
async fn set<C: ConnectionTrait>(db: &C, amounts: BTreeMap<Place, i64>) -> Result<(), StoreError> {
    let differs = Expr::col((Entity, Column::Quantity)).ne(excluded_quantity());
    let put = OnConflict::columns(KEY).update_column(Column::Quantity).action_and_where(differs).to_owned();
    write(db, amounts, &put).await
}

/// In the order of their keys: two who write at once never wait for each other in a circle.
async fn write<C: ConnectionTrait>(
    db: &C,
    amounts: BTreeMap<Place, i64>,
    known: &OnConflict,
) -> Result<(), StoreError> {
    let rows = amounts.into_iter().map(|((organization_id, granularity, period_time, meter), quantity)| {
        Model { organization_id, granularity: granularity.to_owned(), period_time, meter, quantity }
    });
    for chunk in chunks(rows.collect()) {
        let chunk = chunk.into_iter().map(|row| row.into_active_model().reset_all());
        Entity::insert_many(chunk).on_conflict(known.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn excluded_quantity() -> Expr {
    Expr::col((Alias::new("excluded"), Column::Quantity))
}

/// Puts an amount under its day and its month.
fn put(amounts: &mut BTreeMap<Place, i64>, organization: Uuid, meter: &str, time: Time, amount: i64) {
    for granularity in Granularity::ALL {
        let place = (organization, granularity.name(), granularity.start(time).micros(), meter.to_owned());
        let sum = amounts.entry(place).or_default();
        *sum = sum.saturating_add(amount);
    }
}
