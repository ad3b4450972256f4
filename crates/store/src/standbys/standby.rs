//! One standby: whether it is used, and its connections.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use sea_orm::sqlx::pool::CloseEvent;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sea_orm::sqlx::{self, Connection, PgPool};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::{PATIENCE, ReadingFromStandbys, Tell};
use crate::StoreError;

/// How long after it was left it is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long after it was found to be of another history: that does not pass by itself.
const LONG_PAUSE: Duration = Duration::from_mins(1);
/// After so many reads in a row that it could not serve, it is said that it stays behind.
const MANY: u32 = 100;

/// Which server answers, and since when it runs; none if it is no standby. Behind a URL there may be several, one after
/// the other or side by side: what one of them said must not be believed of another.
const SERVER: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN concat_ws(' ', inet_server_addr(), \
                      inet_server_port(), extract(epoch FROM pg_postmaster_start_time())) END";

/// A standby.
pub(super) struct Standby {
    /// Where it is, as a log may know it.
    place: String,
    options: PgConnectOptions,
    max_connections: u32,
    tell: Option<Tell>,
    /// None while it is not used.
    serving: Mutex<Option<Arc<Serving>>>,
    number: AtomicU64,
    left: Notify,
    for_long: AtomicBool,
    /// Reads in a row that it could not serve.
    not_even: AtomicU32,
}

/// The connections to one server, from its start to its end at most.
pub(super) struct Serving {
    /// To ask where it stands.
    pub pool: PgPool,
    /// To read rows: the same connections.
    pub rows: DatabaseConnection,
    /// Tells it from those before and after it.
    pub number: u64,
    max_connections: u32,
}

impl Serving {
    /// Whether whoever asks would have to wait for a connection. The primary has others.
    pub fn is_taken(&self) -> bool {
        self.pool.size() >= self.max_connections && self.pool.num_idle() == 0
    }
}

impl Standby {
    pub fn new(url: &str, how: &ReadingFromStandbys, tell: Option<Tell>) -> Result<Self, StoreError> {
        let refused = "database.standby_urls has an entry that is not a PostgreSQL URL.";
        let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Refused(refused.to_owned()))?;
        let seconds = how.acquire_timeout.as_secs().max(1);
        let place = format!("{}:{}", options.get_host(), options.get_port());
        let options = options.application_name("polity-standby").options([
            ("default_transaction_read_only", "on".to_owned()),
            ("lock_timeout", format!("{seconds}s")),
            ("statement_timeout", format!("{}s", seconds * 6)),
            ("idle_in_transaction_session_timeout", format!("{}s", seconds * 12)),
        ]);
        Ok(Self {
            place,
            options,
            max_connections: how.max_connections,
            tell,
            serving: Mutex::default(),
            number: AtomicU64::default(),
            left: Notify::new(),
            for_long: AtomicBool::default(),
            not_even: AtomicU32::default(),
        })
    }

    /// Its connections, while it is used.
    pub fn serving(&self) -> Option<Arc<Serving>> {
        self.serving.lock().clone()
    }

    /// Tries to use it, again and again while it is not, until the primary's pool is closed.
    pub async fn run(self: Arc<Self>, closed: CloseEvent) {
        tokio::pin!(closed);
        let mut complained = false;
        loop {
            let tried = tokio::select! {
                () = &mut closed => return,
                tried = timeout(PATIENCE, self.begin()) => tried,
            };
            match tried.unwrap_or_else(|_| Err("it does not answer".to_owned())) {
                Ok(()) => {
                    complained = false;
                    tracing::warn!(standby = self.place, "a standby is used from now on");
                    tokio::select! {
                        () = &mut closed => return,
                        () = self.left.notified() => {}
                    }
                }
                Err(why) if !complained => {
                    complained = true;
                    tracing::warn!(standby = self.place, why, "a standby cannot be used");
                }
                Err(_) => {}
            }
            let pause = if self.for_long.swap(false, Ordering::Relaxed) { LONG_PAUSE } else { PAUSE };
            tokio::select! {
                () = &mut closed => return,
                () = sleep(pause) => {}
            }
        }
    }

    async fn begin(self: &Arc<Self>) -> Result<(), String> {
        let server = async {
            let mut connection = PgConnection::connect_with(&self.options).await?;
            let server = server(&mut connection).await?;
            // It ends either way.
            let _ = connection.close().await;
            Ok::<_, sqlx::Error>(server)
        };
        let server = server.await.map_err(|error| error.to_string())?.ok_or("it is no standby")?;
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let pool = self.pool(server.into(), number);
        let mut rows = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        let (this, tell) = (Arc::downgrade(self), self.tell.clone());
        rows.set_metric_callback(move |sent| {
            if let Some(tell) = &tell {
                tell(&sent.statement.sql);
            }
            if sent.failed {
                leave(&this, number, "a statement failed there");
            }
        });
        let serving = Serving { pool, rows, number, max_connections: self.max_connections };
        *self.serving.lock() = Some(Arc::new(serving));
        Ok(())
    }

    /// Connections to this one server, opened when they are needed.
    fn pool(self: &Arc<Self>, known: Arc<str>, number: u64) -> PgPool {
        let this = Arc::downgrade(self);
        PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                let (this, known) = (this.clone(), known.clone());
                Box::pin(async move {
                    if server(connection).await?.as_deref() == Some(&known) {
                        return Ok(());
                    }
                    leave(&this, number, "another server answers in its place");
                    Err(sqlx::Error::Protocol("not the standby that was asked before".to_owned()))
                })
            })
            .connect_lazy_with(self.options.clone())
    }

    /// Reads there no more, until its task has tried it again. Whoever reads there now may go on.
    pub fn leave(&self, number: u64, why: &str) {
        self.end(number, why, false);
    }

    /// The same for what does not pass by itself.
    pub fn leave_for_long(&self, number: u64, why: &str) {
        self.end(number, why, true);
    }

    fn end(&self, number: u64, why: &str, for_long: bool) {
        let left = self.serving.lock().take_if(|serving| serving.number == number);
        if left.is_some() {
            tracing::warn!(standby = self.place, why, "a standby is not used any more");
            self.for_long.store(for_long, Ordering::Relaxed);
            self.left.notify_one();
        }
    }

    /// It had what the primary had.
    pub fn is_even(&self) {
        if self.not_even.load(Ordering::Relaxed) > 0 && self.not_even.swap(0, Ordering::Relaxed) >= MANY {
            tracing::warn!(standby = self.place, "a standby has caught up: it is read again");
        }
    }

    /// It had not.
    pub fn is_not_even(&self) {
        if self.not_even.fetch_add(1, Ordering::Relaxed) + 1 == MANY {
            tracing::warn!(standby = self.place, "a standby stays behind: the primary is read instead");
        }
    }

    /// Closes its connections.
    pub async fn close(&self) {
        let serving = self.serving.lock().take();
        if let Some(serving) = serving {
            serving.pool.close().await;
        }
    }
}

fn leave(standby: &Weak<Standby>, number: u64, why: &str) {
    if let Some(standby) = standby.upgrade() {
        standby.leave(number, why);
    }
}

async fn server(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(SERVER).fetch_one(connection).await
}
