//! The transaction of a unit, in which what a unit writes waits until something is read.
//!
//! On SQLite each statement is a walk to the connection's thread and back, which takes longer than most statements
//! themselves. So what has no answer but that it was done goes there together.

use polity_domain::ids::TreeId;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sea_query::{Expr, InsertStatement, Query, ReturningClause};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult,
    IntoActiveModel, QueryResult, QueryTrait, Statement, StatementBuilder, Value,
};
use tokio::sync::Mutex;

use super::Place;
use super::outcome::Seen;
use super::work::Work;
use crate::StoreError;

/// Statements that go together. There are few different ones of so many together, and each is prepared once.
const MOST: usize = 16;

/// The transaction of a unit. Dropped, it leaves nothing of what the unit did.
pub struct Transaction {
    at: At,
    /// None while they are written, and for good where that did not end well.
    waiting: Mutex<Option<Waiting>>,
}

pub(super) enum At {
    /// Its own.
    Own(DatabaseTransaction),
    /// On SQLite: units have it one after another, and become durable together.
    Shared(Place),
}

/// What is to be written, in order.
#[derive(Default)]
struct Waiting {
    sql: String,
    values: Vec<Value>,
    statements: usize,
    /// How many rows have to be there to be changed: each is told by a row of the answer.
    changes: usize,
}

impl Waiting {
    fn add(&mut self, statement: Statement) {
        if !self.sql.is_empty() {
            self.sql.push_str("; ");
        }
        self.sql.push_str(&statement.sql);
        self.values.extend(statement.values.into_iter().flat_map(|values| values.0));
        self.statements += 1;
    }
}

impl Transaction {
    pub(crate) fn own(tx: DatabaseTransaction) -> Self {
        Self { at: At::Own(tx), waiting: Mutex::default() }
    }

    pub(crate) fn shared(place: Place) -> Self {
        Self { at: At::Shared(place), waiting: Mutex::new(Some(Waiting::default())) }
    }

    /// Whether others have a part in it.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.at, At::Shared(_))
    }

    /// A tree as units before this one left it, if they changed it.
    pub(super) fn begun(&self, tree: TreeId) -> Option<Work> {
        match &self.at {
            At::Own(_) => None,
            At::Shared(place) => place.begun(tree),
        }
    }

    /// What is to be written has to be: [`Transaction::flush`].
    pub(super) fn into_at(self) -> At {
        self.at
    }

    /// Where it is to be kept what the unit has seen of others, when it does nothing itself.
    pub(super) fn sees(&mut self, seen: Seen) {
        if let At::Shared(place) = &mut self.at {
            place.sees(seen);
        }
    }

    /// Past what waits to be written.
    pub(super) fn beside(&self) -> &DatabaseTransaction {
        match &self.at {
            At::Own(tx) => tx,
            At::Shared(place) => place,
        }
    }

    /// Puts a row in, at the latest before anything is read. What is refused is said then, too.
    pub(crate) async fn insert<M, A>(&self, row: M) -> Result<(), StoreError>
    where
        M: IntoActiveModel<A>,
        A: ActiveModelTrait,
    {
        let insert = A::Entity::insert(row.into_active_model().reset_all());
        self.put(&insert.into_query()).await
    }

    /// The same for rows that are made of others.
    pub(crate) async fn put(&self, insert: &InsertStatement) -> Result<(), StoreError> {
        match &self.at {
            At::Own(tx) => tx.execute(insert).await.map(|_| ())?,
            At::Shared(_) => self.wait(insert, 0).await?,
        }
        Ok(())
    }

    /// The same for one row that is made of another, which has to be there.
    pub(crate) async fn put_one(&self, mut insert: InsertStatement) -> Result<(), StoreError> {
        match &self.at {
            At::Own(tx) => check(tx.execute(&insert).await?.rows_affected() == 1)?,
            At::Shared(_) => self.wait(insert.returning(one()), 1).await?,
        }
        Ok(())
    }

    /// Changes the row with this one's key, at the latest before anything is read. One that is gone is an error, never
    /// a silence.
    pub(crate) async fn update<A: ActiveModelTrait>(&self, row: A) -> Result<(), StoreError> {
        let mut update = A::Entity::update(row).validate()?.into_query();
        match &self.at {
            At::Own(tx) => check(tx.execute(&update).await?.rows_affected() == 1)?,
            At::Shared(_) => self.wait(update.returning(one()), 1).await?,
        }
        Ok(())
    }

    async fn wait<S: StatementBuilder>(&self, statement: &S, changes: usize) -> Result<(), DbErr> {
        let mut waiting = self.waiting.lock().await;
        if waiting.as_ref().is_some_and(|waiting| waiting.statements == MOST) {
            self.write_waiting(&mut waiting).await?;
        }
        let waiting = waiting.as_mut().ok_or_else(cut_off)?;
        waiting.add(DbBackend::Sqlite.build(statement));
        waiting.changes += changes;
        Ok(())
    }

    /// Writes all that waits.
    pub(crate) async fn flush(&self) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock().await;
        if waiting.as_ref().is_none_or(|waiting| waiting.statements > 0) {
            self.write_waiting(&mut waiting).await?;
        }
        Ok(())
    }

    /// Where nothing waits any more, and what is done can be undone.
    async fn ready(&self, sql: &str) -> Result<&DatabaseTransaction, DbErr> {
        if let At::Shared(place) = &self.at {
            let mut waiting = self.waiting.lock().await;
            let waits = waiting.as_ref().is_none_or(|waiting| waiting.statements > 0);
            if waits || !(place.has_begun() || is_read(sql)) {
                self.write_waiting(&mut waiting).await?;
            }
        }
        Ok(self.beside())
    }

    async fn write_waiting(&self, waiting: &mut Option<Waiting>) -> Result<(), DbErr> {
        let At::Shared(place) = &self.at else { return Ok(()) };
        let Waiting { sql, values, changes, .. } = waiting.take().ok_or_else(cut_off)?;
        let all = [place.beginning(), &sql].into_iter().filter(|sql| !sql.is_empty()).collect::<Vec<_>>();
        if !all.is_empty() {
            let all = Statement::from_sql_and_values(DbBackend::Sqlite, all.join("; "), values);
            if changes == 0 {
                place.execute_raw(all).await?;
            } else {
                check(place.query_all_raw(all).await?.len() == changes)?;
            }
        }
        *waiting = Some(Waiting::default());
        Ok(())
    }

    /// Ends what is no unit of work: a fact. A commit of which nobody knows whether it took effect is not said to have
    /// failed.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.flush().await?;
        match self.at {
            At::Own(tx) => tx.commit().await.map_err(|error| StoreError::from(error).unsure()),
            At::Shared(place) => place.keep().await,
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.beside().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ready(&statement.sql).await?.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ready(sql).await?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ready(&statement.sql).await?.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ready(&statement.sql).await?.query_all_raw(statement).await
    }
}

/// A row that is gone is an error, never a silence.
fn check(there: bool) -> Result<(), DbErr> {
    if there { Ok(()) } else { Err(DbErr::RecordNotUpdated) }
}

/// A row of the answer for each that is written.
fn one() -> ReturningClause {
    Query::returning().expr(Expr::cust("1"))
}

/// Nothing that begins like this writes, in SQLite.
fn is_read(sql: &str) -> bool {
    sql.starts_with("SELECT ")
}

fn cut_off() -> DbErr {
    DbErr::Custom("what a unit wrote was cut off".to_owned())
}
