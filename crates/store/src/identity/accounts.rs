//! Accounts, as they are looked up. Only events change them.

use polity_domain::ids::UserId;
use polity_domain::users::User;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};

use super::PasswordHash;
use super::rows::{password, user};
use crate::organizations::Versioned;
use crate::{Store, StoreError, Writer};

/// Ids in one SELECT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 500;

/// An account with the password that opens it.
#[derive(Debug)]
pub struct Account {
    /// Whose.
    pub user: User,
    /// The hash of the password, if the account has one.
    pub password: Option<PasswordHash>,
}

fn password_of_user() -> RelationDef {
    user::Entity::belongs_to(password::Entity).from(user::Column::Id).to(password::Column::UserId).into()
}

impl Store {
    /// The account of an address in its canonical form, with its password, in one statement: the answer
    /// takes as long for an account as for none.
    pub async fn user_by_email(&self, canonical: &str) -> Result<Option<Account>, StoreError> {
        by_email(&self.connections.read, canonical).await
    }

    /// An account with its password: for whoever is signed in and must show the password again.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        let found = user::Entity::find_by_id(id.uuid())
            .join(JoinType::LeftJoin, password_of_user())
            .select_also(password::Entity)
            .one(&self.connections.read)
            .await?;
        found.map(account).transpose()
    }

    /// An account, with the revision of its last change.
    pub async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        by_id(&self.connections.read, id).await
    }

    /// Several accounts, in no order; those that do not exist are left out.
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        by_ids(&self.connections.read, ids).await
    }
}

/// The same within a unit, on the connection that it has: whoever holds a lock must not wait for
/// another connection.
impl Writer {
    /// The account of an address in its canonical form.
    pub async fn user_by_email(&self, canonical: &str) -> Result<Option<User>, StoreError> {
        Ok(by_email(&self.tx, canonical).await?.map(|account| account.user))
    }

    /// An account, with the revision of its last change.
    pub async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        by_id(&self.tx, id).await
    }

    /// Several accounts, in no order; those that do not exist are left out.
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        by_ids(&self.tx, ids).await
    }
}

async fn by_email<C: ConnectionTrait>(db: &C, canonical: &str) -> Result<Option<Account>, StoreError> {
    let found = user::Entity::find()
        .join(JoinType::LeftJoin, password_of_user())
        .select_also(password::Entity)
        .filter(user::Column::EmailCanonical.eq(canonical))
        .one(db)
        .await?;
    found.map(account).transpose()
}

async fn by_id<C: ConnectionTrait>(db: &C, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
    let found = user::Entity::find_by_id(id.uuid()).one(db).await?;
    found
        .map(|row| Ok((row.revision, row)).and_then(|(revision, row)| Ok((row.try_into()?, revision))))
        .transpose()
}

async fn by_ids<C: ConnectionTrait>(db: &C, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let mut users = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(db)
            .await?;
        for row in rows {
            users.push(row.try_into()?);
        }
    }
    Ok(users)
}

fn account((row, password): (user::Model, Option<password::Model>)) -> Result<Account, StoreError> {
    Ok(Account { user: row.try_into()?, password: password.map(|row| PasswordHash::new(row.hash)) })
}
