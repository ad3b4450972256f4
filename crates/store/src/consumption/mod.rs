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
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::StoreError;

/// A counter: of whom, for how long, since when, of what.
type Place = (Uuid, &'static str, i64, String);

/// Adds to counters, in the order of their keys: two who add at once never wait for each other in a circle.
async fn add<C: ConnectionTrait>(db: &C, amounts: &BTreeMap<Place, i64>) -> Result<(), StoreError> {
    let sql = "INSERT INTO consumption (organization_id, granularity, period_time, meter, quantity) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, granularity, period_time, meter) \
        DO UPDATE SET quantity = consumption.quantity + excluded.quantity";
    for ((organization, granularity, period, meter), amount) in amounts {
        let values: [sea_orm::Value; 5] = [
            (*organization).into(),
            (*granularity).into(),
            (*period).into(),
            meter.clone().into(),
            (*amount).into(),
        ];
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}

/// Puts an amount under its day and its month.
fn put(amounts: &mut BTreeMap<Place, i64>, organization: Uuid, meter: &str, time: Time, amount: i64) {
    for granularity in Granularity::ALL {
        let place = (organization, granularity.name(), granularity.start(time).micros(), meter.to_owned());
        let sum = amounts.entry(place).or_default();
        *sum = sum.saturating_add(amount);
    }
}
