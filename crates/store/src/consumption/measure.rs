//! Meters that are measured: what there is at the end of a period.

use std::collections::BTreeMap;

use polity_domain::consumption::Granularity;
use polity_domain::time::Time;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::convert::signed;
use crate::organizations::purge::existing;
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

/// A tree's events from one that is added up to another that is not.
#[derive(Clone, Copy, FromQueryResult)]
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

/// How many trees are looked for at once.
const TREES: usize = 200;

/// How many events are added up in one transaction, and of how many trees.
const PORTION: (i64, usize) = (5_000, 20);

const BEHIND: &str = "SELECT t.tree_id, t.revision AS head, coalesce(c.revision, 0) AS done FROM trees t \
    LEFT JOIN consumption_cursors c ON c.tree_id = t.tree_id \
    WHERE t.tree_id >= $1 AND t.revision > coalesce(c.revision, 0) ORDER BY t.tree_id LIMIT $2";

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
    /// come moves with the sums: of two servers that do it at once, one does. What comes meanwhile is left
    /// for the next time, or it would not end where somebody always writes.
    pub async fn measure_ledgers(&self) -> Result<(), StoreError> {
        let read = &self.connections.read;
        let mut from = Uuid::nil();
        loop {
            let values: [sea_orm::Value; 2] = [from.into(), signed(TREES as u64).into()];
            let behind = Statement::from_sql_and_values(read.get_database_backend(), BEHIND, values);
            let behind = Behind::find_by_statement(behind).all(read).await?;
            for portion in portions(&behind) {
                self.measure_ledgers_of(&portion).await?;
                tokio::task::yield_now().await;
            }
            match behind.last() {
                Some(last) if behind.len() == TREES => from = last.tree_id,
                _ => return Ok(()),
            }
        }
    }

    async fn measure_ledgers_of(&self, portion: &[Behind]) -> Result<(), StoreError> {
        let tx = self.begin_alone().await?;
        let engine = tx.get_database_backend();
        let run =
            |sql: &str, values: Vec<sea_orm::Value>| Statement::from_sql_and_values(engine, sql, values);
        let mut amounts = BTreeMap::new();
        for Behind { tree_id, head, done } in portion.iter().copied() {
            let values = vec![tree_id.into(), head.into(), done.into()];
            if tx.execute_raw(run(MOVE, values)).await?.rows_affected() != 1 {
                continue;
            }
            let values = vec![tree_id.into(), done.into(), head.into()];
            for sum in Sum::find_by_statement(run(SUM, values)).all(&tx).await? {
                let place = (sum.organization_id, "total", 0, "audit_storage_bytes".to_owned());
                *amounts.entry(place).or_default() += sum.bytes;
            }
        }
        super::add(&tx, amounts).await?;
        Ok(tx.commit().await?)
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
        let tx = self.begin_alone().await?;
        let known = existing(&tx, found.iter().map(|one| one.id)).await?;
        let mut amounts = BTreeMap::new();
        for one in found.iter().filter(|one| known.contains(&one.id)) {
            let meters =
                [("api_keys", one.api_keys), ("audit_storage_bytes", one.bytes), ("seats", one.seats)];
            for granularity in Granularity::ALL {
                let period = granularity.start(now).micros();
                let places = meters.map(|(meter, quantity)| {
                    ((one.id, granularity.name(), period, meter.to_owned()), quantity)
                });
                amounts.extend(places);
            }
        }
        super::set(&tx, amounts).await?;
        Ok(tx.commit().await?)
    }
}

/// What is behind, in transactions' worth.
fn portions(behind: &[Behind]) -> Vec<Vec<Behind>> {
    let (events, trees) = PORTION;
    let mut portions: Vec<Vec<Behind>> = Vec::new();
    let mut left = 0;
    for tree in behind {
        let mut done = tree.done;
        while done < tree.head {
            let head = tree.head.min(done + events);
            let part = Behind { head, done, ..*tree };
            if let Some(last) = portions.last_mut().filter(|last| last.len() < trees && head - done <= left) {
                last.push(part);
            } else {
                portions.push(vec![part]);
                left = events;
            }
            (left, done) = (left - (head - done), head);
        }
    }
    portions
}
