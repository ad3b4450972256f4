//! Bringing the trees in memory up to date, beside all requests.

use std::sync::Arc;

use polity_domain::ids::TreeId;
use sea_orm::sqlx::pool::CloseEvent;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::{self, PgPool};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use uuid::Uuid;

use super::{Come, Following, Heard, MOST};
use crate::moment::Moment;
use crate::timeline::Timeline;
use crate::trees::Trees;
use crate::{StoreError, convert};

const SQL: &str = "SELECT tree_id, revision FROM trees WHERE tree_id = ANY($1)";

pub(super) struct Follower {
    options: Arc<PgConnectOptions>,
    trees: Arc<Trees>,
    timeline: Arc<Timeline>,
    how: Following,
    kept: Option<DatabaseConnection>,
}

impl Follower {
    pub fn new(
        options: Arc<PgConnectOptions>,
        trees: Arc<Trees>,
        timeline: Arc<Timeline>,
        how: Following,
    ) -> Self {
        Self { options, trees, timeline, how, kept: None }
    }

    /// Follows until the pool is closed.
    pub async fn run(mut self, mut to_follow: mpsc::UnboundedReceiver<Heard>, closed: CloseEvent) {
        tokio::pin!(closed);
        let mut looks = interval(self.how.every);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Vec::new();
        loop {
            let more = tokio::select! {
                () = &mut closed => break,
                _ = looks.tick() => 1,
                more = to_follow.recv_many(&mut heard, MOST) => more,
            };
            if more == 0 {
                break;
            }
            let done = tokio::select! {
                () = &mut closed => break,
                done = self.follow(&heard) => done,
            };
            if let Err(error) = done {
                // A connection that hangs is left behind with its pool.
                self.kept = None;
                tracing::debug!(%error, "the heads cannot be looked at");
            }
            heard.clear();
        }
    }

    /// Folds what was heard of; with nothing heard, or a gap in it, looks at all heads.
    async fn follow(&mut self, heard: &[Heard]) -> Result<(), StoreError> {
        if heard.is_empty() || heard.iter().any(|heard| matches!(heard, Heard::Gap)) {
            return self.look().await;
        }
        for heard in heard {
            if let Heard::Commit(come) = heard {
                self.reach(*come).await?;
            }
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        for some in self.trees.loaded().chunks(MOST) {
            let ids: Vec<Uuid> = some.iter().map(|tree| tree.uuid()).collect();
            // What is answered is true at some time after this.
            let asked = Moment::now();
            let statement = sqlx::query_as(SQL).bind(ids);
            let rows = timeout(self.how.patience, statement.fetch_all(self.pool())).await;
            let rows: Vec<(Uuid, i64)> = rows.map_err(|_| sqlx::Error::PoolTimedOut)??;
            for (tree, revision) in rows {
                let come = (TreeId::from_uuid(tree), convert::unsigned(revision)?);
                self.reach(come).await?;
                self.trees.confirm(come.0, come.1, asked);
            }
        }
        Ok(())
    }

    /// Folds the events in that a tree in memory lacks.
    async fn reach(&mut self, (tree, revision): Come) -> Result<(), StoreError> {
        let doubts = self.trees.doubts();
        let Some(behind) = self.trees.snapshot(tree).filter(|known| known.revision() < revision) else {
            return Ok(());
        };
        let caught_up =
            timeout(self.how.patience * 6, crate::ledger::catch_up(self.connection(), &behind)).await;
        let caught_up = caught_up.map_err(|_| StoreError::from(sqlx::Error::PoolTimedOut))??;
        // A tree that was forgotten meanwhile is left for whoever asks.
        let _ = self.trees.publish_folded(caught_up, doubts);
        Ok(())
    }

    fn pool(&mut self) -> &PgPool {
        self.connection().get_postgres_connection_pool()
    }

    fn connection(&mut self) -> &DatabaseConnection {
        self.kept.get_or_insert_with(|| {
            let timeline = self.timeline.clone();
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(self.how.patience)
                .after_connect(move |connection, _| {
                    let timeline = timeline.clone();
                    Box::pin(async move { timeline.check(connection).await })
                })
                .connect_lazy_with(PgConnectOptions::clone(&self.options));
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
        })
    }
}
