//! A database per test, on each engine: SQLite in a folder of its own, PostgreSQL where
//! `POLITY_TEST_POSTGRES` names a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use polity_domain::ids::RequestId;
use polity_domain::ledger::event::{Actor, SystemReason};
use polity_domain::time::Time;
use polity_migrations::Migrator;
use polity_store::{Chance, Context, Location, Options, Seen, Store};
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use uuid::Uuid;

/// A locale that sorts and folds otherwise than bytes: no answer may depend on it.
const LOCALE: &str = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'";

/// Room for every tree of a test.
pub const MEMORY: usize = 1 << 30;

/// How many databases this run has made.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Runs a test on each engine that is there. PostgreSQL may be left out, and says so, but not in CI.
pub async fn on_each(test: impl AsyncFn(Store)) {
    on_each_location(async |location| {
        let store = open(location, MEMORY).await;
        test(store.clone()).await;
        store.close().await;
    })
    .await;
}

/// The same with a store that has memory for so many bytes of trees only, beside one that has enough.
pub async fn on_each_with_little(memory: usize, test: impl AsyncFn(Store, Store)) {
    on_each_location(async |location| {
        let (little, enough) = (open(location.clone(), memory).await, open(location, MEMORY).await);
        test(little.clone(), enough.clone()).await;
        little.close().await;
        enough.close().await;
    })
    .await;
}

/// The same with two stores on one database, as two processes have them.
pub async fn on_each_with_two(test: impl AsyncFn(Store, Store)) {
    on_each_location(async |location| {
        let (one, other) = (open(location.clone(), MEMORY).await, open(location, MEMORY).await);
        test(one.clone(), other.clone()).await;
        one.close().await;
        other.close().await;
    })
    .await;
}

/// The same with an empty database that nobody has opened.
pub async fn on_each_location(test: impl AsyncFn(Location)) {
    let folder = tempfile::tempdir().unwrap();
    test(Location::Sqlite(folder.path().join("polity.db"))).await;

    let Some(server) = variable("POLITY_TEST_POSTGRES") else {
        assert!(variable("CI").as_deref() != Some("true"), "POLITY_TEST_POSTGRES is not set, with CI=true");
        eprintln!("skipped on PostgreSQL: POLITY_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("store_it_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(&server).await.unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name} {LOCALE}")).await.unwrap();
    test(Location::Postgres(with_database(&server, &name))).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "tests find their server by the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The server's URL with another database in it.
fn with_database(server: &str, name: &str) -> String {
    let (path, query) = server.split_once('?').map_or((server, None), |(path, query)| (path, Some(query)));
    let (host, _) = path.rsplit_once('/').unwrap();
    query.map_or_else(|| format!("{host}/{name}"), |query| format!("{host}/{name}?{query}"))
}

/// One more store on a database: as one starts anew, it has nothing in memory.
pub async fn open(location: Location, memory: usize) -> Store {
    let acquire_timeout = Duration::from_secs(20);
    let options = Options { location, max_connections: 8, acquire_timeout, memory };
    let store = Store::open(&options).await.unwrap();
    Migrator::up(store.migration_connection(), None).await.unwrap();
    store
}

/// Chance that repeats itself: ids count up, other bytes are the same.
pub struct Counting;

impl Chance for Counting {
    fn uuid(&self) -> Uuid {
        uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// An id later than those before it.
pub fn uuid() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(1);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

/// What Polity itself says of a unit.
pub fn context(now: Time) -> Context {
    Context {
        now,
        actor: Actor::System { reason: SystemReason::Bootstrap },
        request_id: RequestId::from_uuid(uuid()),
        ip_address: None,
        user_agent: None,
        chance: Arc::new(Counting),
        idempotency: None,
        committed: Arc::new(Mutex::new(None)),
        previewed: Arc::default(),
        seen: Seen::default(),
    }
}
