//! Accounts, as they are looked up. Only events change them.

use polity_domain::ids::UserId;
use polity_domain::users::User;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef};

use super::PasswordHash;
use super::rows::{password, user};
use crate::organizations::Versioned;
use crate::{Store, StoreError};

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
        let found = user::Entity::find()
            .join(JoinType::LeftJoin, password_of_user())
            .select_also(password::Entity)
            .filter(user::Column::EmailCanonical.eq(canonical))
            .one(&self.connections.read)
            .await?;
        found.map(account).transpose()
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
        let found = user::Entity::find_by_id(id.uuid()).one(&self.connections.read).await?;
        found
            .map(|row| Ok((row.revision, row)).and_then(|(revision, row)| Ok((row.try_into()?, revision))))
            .transpose()
    }

    /// Several accounts, in no order; those that do not exist are left out.
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let mut users = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = user::Entity::find()
                .filter(user::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
                .all(&self.connections.read)
                .await?;
            for row in rows {
                users.push(row.try_into()?);
            }
        }
        Ok(users)
    }
}

fn account((row, password): (user::Model, Option<password::Model>)) -> Result<Account, StoreError> {
    Ok(Account { user: row.try_into()?, password: password.map(|row| PasswordHash::new(row.hash)) })
}
