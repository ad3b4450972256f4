//! The heads of trees on PostgreSQL: many requests, one statement.
//!
//! Whoever asks while a statement is on its way is answered by the next one, so an answer is never older
//! than its question; and however many ask at once, one statement at a time runs for all of them, on a
//! connection that is kept for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use polity_domain::ids::{OrganizationId, TreeId};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection, PgPool};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use uuid::Uuid;

use crate::timeline::Timeline;
use crate::{StoreError, convert};

/// How many questions one statement answers.
const MOST: usize = 1_000;

const SQL: &str = "SELECT o.id, o.tree_id, t.revision FROM organizations o \
                   JOIN trees t ON t.tree_id = o.tree_id WHERE o.id = ANY($1)";

/// An organization's id, its tree's and the revision of that tree.
type Row = (Uuid, Uuid, i64);

/// Where an organization stands, and how far its tree has come.
type Head = Option<(TreeId, u64)>;

struct Question {
    organization: OrganizationId,
    asker: oneshot::Sender<Result<Head, StoreError>>,
}

/// Asks for heads. Its task ends with its last clone, or with the pool.
#[derive(Clone)]
pub(crate) struct Heads {
    pool: PgPool,
    questions: mpsc::UnboundedSender<Question>,
}

impl Heads {
    /// Starts the task that asks.
    pub fn start(pool: PgPool, patience: Duration, timeline: Arc<Timeline>) -> Self {
        let (questions, waiting) = mpsc::unbounded_channel();
        tokio::spawn(answer(waiting, pool.clone(), patience, timeline));
        Self { pool, questions }
    }

    /// The tree that an organization stands in, and that tree's revision; none when there is no such
    /// organization.
    pub async fn of(&self, organization: OrganizationId) -> Result<Head, StoreError> {
        let (asker, answer) = oneshot::channel();
        // Without the task the question is dropped, and the asker with it.
        let _ = self.questions.send(Question { organization, asker });
        match answer.await {
            Ok(head) => head,
            // The kept connection broke: this one asks for itself, and hears itself what is wrong.
            Err(_) => Box::pin(self.alone(organization)).await,
        }
    }

    async fn alone(&self, organization: OrganizationId) -> Result<Head, StoreError> {
        let row: Option<Row> =
            sqlx::query_as(SQL).bind(vec![organization.uuid()]).fetch_optional(&self.pool).await?;
        row.map(head).transpose()
    }
}

/// Answers until the pool is closed.
async fn answer(
    mut waiting: mpsc::UnboundedReceiver<Question>,
    pool: PgPool,
    patience: Duration,
    timeline: Arc<Timeline>,
) {
    let (options, closed) = (pool.connect_options(), pool.close_event());
    tokio::pin!(closed);
    let mut kept: Option<PgConnection> = None;
    let mut questions = Vec::new();
    loop {
        let more = tokio::select! {
            () = &mut closed => 0,
            more = waiting.recv_many(&mut questions, MOST) => more,
        };
        if more == 0 {
            break;
        }
        // A connection may also break without a word.
        if let Ok(Ok(found)) = timeout(patience, heads(&mut kept, &options, &timeline, &questions)).await {
            for Question { organization, asker } in questions.drain(..) {
                let head = found.get(&organization.uuid()).map(|row| head(*row)).transpose();
                // An asker that went away needs no answer.
                let _ = asker.send(head);
            }
        } else {
            kept = None;
            questions.clear();
        }
    }
    if let Some(connection) = kept {
        // It ends either way.
        let _ = connection.close().await;
    }
}

async fn heads(
    kept: &mut Option<PgConnection>,
    options: &PgConnectOptions,
    timeline: &Timeline,
    questions: &[Question],
) -> Result<HashMap<Uuid, Row>, sqlx::Error> {
    let connection = if let Some(connection) = kept {
        connection
    } else {
        let mut made = PgConnection::connect_with(options).await?;
        timeline.check(&mut made).await?;
        kept.insert(made)
    };
    let mut ids: Vec<Uuid> = questions.iter().map(|question| question.organization.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<Row> = sqlx::query_as(SQL).bind(ids).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.0, row)).collect())
}

fn head((_, tree, revision): Row) -> Result<(TreeId, u64), StoreError> {
    Ok((TreeId::from_uuid(tree), convert::unsigned(revision)?))
}
