//! Hearing what was committed elsewhere.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx;
use sea_orm::sqlx::pool::CloseEvent;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{CHANNEL, Heard, read};

/// How long to wait before listening anew, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// After so long without news it is asked whether the connection still leads anywhere.
const QUIET: Duration = Duration::from_mins(1);

/// Listens until the pool is closed, or nobody wants to hear.
pub(super) async fn run(
    heard: mpsc::UnboundedSender<Heard>,
    options: Arc<PgConnectOptions>,
    patience: Duration,
    closed: CloseEvent,
) {
    tokio::pin!(closed);
    let mut pause = PAUSES.0;
    while !heard.is_closed() {
        tokio::select! {
            () = &mut closed => return,
            ended = hear(&heard, &options, patience, &mut pause) => if let Err(error) = ended {
                tracing::debug!(%error, "no news are heard");
            }
        }
        tokio::select! {
            () = &mut closed => return,
            () = sleep(pause) => pause = (pause * 2).min(PAUSES.1),
        }
    }
}

/// Listens until the connection breaks.
async fn hear(
    heard: &mpsc::UnboundedSender<Heard>,
    options: &PgConnectOptions,
    patience: Duration,
    pause: &mut Duration,
) -> Result<(), sqlx::Error> {
    // A pool of its own, and a new one each time: a connection that hangs is left behind with it.
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(patience).idle_timeout(None);
    let pool = pool.max_lifetime(None).connect_lazy_with(options.clone());
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.ignore_pool_close_event(true);
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    *pause = PAUSES.0;
    // What was said before is found by looking.
    let mut open = heard.send(Heard::Gap).is_ok();
    while open {
        match timeout(QUIET, listener.try_recv()).await {
            Ok(Ok(Some(said))) => {
                if let Some(come) = read(said.payload()) {
                    open = heard.send(Heard::Commit(come)).is_ok();
                }
            }
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let asked = sqlx::query("SELECT 1").execute(&mut listener);
                timeout(patience, asked).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
            }
        }
    }
    Ok(())
}
