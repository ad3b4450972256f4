//! Meters that are measured: what there is at the end of a period.

use std::collections::BTreeMap;

use polity_domain::consumption::Granularity;
use polity_domain::time::Time;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::{Store, StoreError};

/// How many organizations are measured in one short transaction.
const AT_ONCE: i64 = 200;

#[derive(FromQueryResult)]
struct Measured {
    id: Uuid,
    seats: i64,
    api_keys: i64,
    bytes: i64,
}

/// A tree with events that are not added up.
#[derive(FromQueryResult)]
struct Behind {
    tree_id: Uuid,
    head: i64,
    done: i64,
}

#[derive(FromQueryResult)]
struct Sum {
    organization_id: Uuid,
    bytes: i64,
}

/// How many events are added up in one transaction.
const EVENTS: i64 = 5_000;

const BEHIND: &str = "SELECT t.tree_id, t.revision AS head, coalesce(c.revision, 0) AS done FROM trees t \
    LEFT JOIN consumption_cursors c ON c.tree_id = t.tree_id \
    WHERE t.revision > coalesce(c.revision, 0) ORDER BY t.tree_id LIMIT 200";

const MOVE: &str = "INSERT INTO consumption_cursors (tree_id, revision) VALUES ($1, $2) \
    ON CONFLICT (tree_id) DO UPDATE SET revision = excluded.revision WHERE consumption_cursors.revision = $3";

const SUM: &str = "SELECT l.organization_id, CAST(sum(octet_length(l.leaf)) AS bigint) AS bytes FROM ledger_leaves l \
    JOIN organizations o ON o.id = l.organization_id AND o.tree_id IS NOT NULL \
    WHERE l.tree_id = $1 AND l.revision > $2 AND l.revision <= $3 \
    GROUP BY l.organization_id ORDER BY l.organization_id";

const MEASURE: &str = "SELECT o.id, \
    (SELECT count(*) FROM members m WHERE m.organization_id = o.id \
        AND (m.expire_time IS NULL OR m.expire_time > $1)) AS seats, \
    (SELECT count(*) FROM api_keys k WHERE k.organization_id = o.id AND k.revoke_time IS NULL \
        AND (k.expire_time IS NULL OR k.expire_time > $1)) AS api_keys, \
    CAST(coalesce((SELECT t.quantity FROM consumption t WHERE t.organization_id = o.id \
        AND t.granularity = 'total' AND t.period_time = 0 AND t.meter = 'audit_storage_bytes'), 0) AS bigint) AS bytes \
    FROM organizations o WHERE o.id > $2 AND o.tree_id IS NOT NULL ORDER BY o.id LIMIT $3";

impl Store {
    /// Adds up the bytes of the events that came since the last time, a few thousand at a time. How far it has
    /// come moves with the sums: of two servers that do it at once, one does.
    pub async fn measure_ledgers(&self) -> Result<(), StoreError> {
        loop {
            let read = &self.connections.read;
            let behind = Statement::from_string(read.get_database_backend(), BEHIND);
            let behind = Behind::find_by_statement(behind).all(read).await?;
            if behind.is_empty() {
                return Ok(());
            }
            for tree in behind {
                if !self.measure_ledger(&tree).await? {
                    return Ok(());
                }
                tokio::task::yield_now().await;
            }
        }
    }

    async fn measure_ledger(&self, tree: &Behind) -> Result<bool, StoreError> {
        let until = tree.head.min(tree.done + EVENTS);
        let tx = self.begin_alone().await?;
        let engine = tx.get_database_backend();
        let run =
            |sql: &str, values: Vec<sea_orm::Value>| Statement::from_sql_and_values(engine, sql, values);
        let moved =
            tx.execute_raw(run(MOVE, vec![tree.tree_id.into(), until.into(), tree.done.into()])).await?;
        if moved.rows_affected() != 1 {
            return Ok(false);
        }
        let values = vec![tree.tree_id.into(), tree.done.into(), until.into()];
        for sum in Sum::find_by_statement(run(SUM, values)).all(&tx).await? {
            let place = (sum.organization_id, "total", 0, "audit_storage_bytes".to_owned());
            super::add(&tx, &BTreeMap::from([(place, sum.bytes)])).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Measures all organizations, a few at a time, for the day and the month that run.
    pub async fn measure_consumption(&self, now: Time) -> Result<(), StoreError> {
        let read = &self.connections.read;
        let engine = read.get_database_backend();
        // One before the root's, which is the least.
        let mut after = Uuid::nil();
        let mut first = true;
        loop {
            let sql = if first { MEASURE.replace("o.id >", "o.id >=") } else { MEASURE.to_owned() };
            let values: [sea_orm::Value; 3] = [now.micros().into(), after.into(), AT_ONCE.into()];
            let found = Measured::find_by_statement(Statement::from_sql_and_values(engine, sql, values));
            let found = found.all(read).await?;
            let Some(last) = found.last() else { return Ok(()) };
            (after, first) = (last.id, false);
            self.put_measured(&found, now).await?;
            tokio::task::yield_now().await;
        }
    }

    async fn put_measured(&self, found: &[Measured], now: Time) -> Result<(), StoreError> {
        let sql = "INSERT INTO consumption (organization_id, granularity, period_time, meter, quantity) \
            SELECT o.id, $2, $3, $4, $5 FROM organizations o WHERE o.id = $1 AND o.tree_id IS NOT NULL \
            ON CONFLICT (organization_id, granularity, period_time, meter) \
            DO UPDATE SET quantity = excluded.quantity WHERE consumption.quantity <> excluded.quantity";
        let tx = self.begin_alone().await?;
        for one in found {
            for granularity in Granularity::ALL {
                let period = granularity.start(now).micros();
                let meters =
                    [("api_keys", one.api_keys), ("audit_storage_bytes", one.bytes), ("seats", one.seats)];
                for (meter, quantity) in meters {
                    let values: [sea_orm::Value; 5] = [
                        one.id.into(),
                        granularity.name().into(),
                        period.into(),
                        meter.into(),
                        quantity.into(),
                    ];
                    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
                        .await?;
                }
            }
        }
        Ok(tx.commit().await?)
    }
}
