//! Telling the other replicas what was committed here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use polity_domain::ids::TreeId;
use sea_orm::sqlx::pool::CloseEvent;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection, Executor};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{CHANNEL, Come, MOST, write};

const SQL: &str = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload";
/// How long to wait when it did not work.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Announcer {
    options: Arc<PgConnectOptions>,
    patience: Duration,
    kept: Option<PgConnection>,
}

impl Announcer {
    pub fn new(options: Arc<PgConnectOptions>, patience: Duration) -> Self {
        Self { options, patience, kept: None }
    }

    /// Tells until the pool is closed. What cannot be told is left out: it is found by looking.
    pub async fn run(mut self, mut to_tell: mpsc::UnboundedReceiver<Come>, closed: CloseEvent) {
        tokio::pin!(closed);
        let mut news = Vec::new();
        loop {
            let more = tokio::select! {
                () = &mut closed => 0,
                more = to_tell.recv_many(&mut news, MOST) => more,
            };
            if more == 0 {
                break;
            }
            let payloads = latest(news.drain(..));
            if !matches!(timeout(self.patience, self.tell(payloads)).await, Ok(Ok(()))) {
                self.kept = None;
                sleep(PAUSE).await;
            }
        }
        if let Some(connection) = self.kept {
            // It ends either way.
            let _ = connection.close().await;
        }
    }

    async fn tell(&mut self, payloads: Vec<String>) -> Result<(), sqlx::Error> {
        let connection = if let Some(connection) = &mut self.kept {
            connection
        } else {
            let mut made = PgConnection::connect_with(&self.options).await?;
            // News that a crash takes along were not needed.
            made.execute("SET synchronous_commit = off").await?;
            self.kept.insert(made)
        };
        sqlx::query(SQL).bind(CHANNEL).bind(payloads).execute(connection).await?;
        Ok(())
    }
}

/// Of each tree only how far it has come.
fn latest(news: impl Iterator<Item = Come>) -> Vec<String> {
    let mut latest: HashMap<TreeId, u64> = HashMap::new();
    for (tree, revision) in news {
        let known = latest.entry(tree).or_default();
        *known = revision.max(*known);
    }
    latest.into_iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn of_many_commits_in_a_tree_one_is_told() {
        let tree = |number| TreeId::from_uuid(Uuid::from_u128(number));
        let mut told = latest([(tree(1), 3), (tree(2), 9), (tree(1), 5), (tree(1), 4)].into_iter());
        told.sort();
        assert_eq!(told, [write((tree(1), 5)), write((tree(2), 9))]);
    }
}
