//! Passwords, as hashes.

use std::fmt;

use polity_domain::ids::{SessionId, UserId};
use polity_domain::time::Time;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};

use super::rows::password::{ActiveModel, Column, Entity, Model};
use super::sessions;
use crate::{Store, StoreError, Writer};

/// The hash of a password. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a hash in its written form (PHC).
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The hash, to verify a password by or to keep.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// A person's change of their own password.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Whose.
    pub user: UserId,
    /// The hash that the present password was verified by.
    pub from: PasswordHash,
    /// The hash of the new one.
    pub to: PasswordHash,
    /// The session that stays: the one it was changed in.
    pub keep: Option<SessionId>,
}

impl Store {
    /// Sets an account's password, whatever it was. It ends no session.
    pub async fn set_password(&self, user: UserId, hash: &PasswordHash, now: Time) -> Result<(), StoreError> {
        let single = self.single().await?;
        put(&single.db(), user, hash, now).await?;
        single.done().await
    }

    /// Changes an account's password and ends its other sessions, in one transaction; answers which
    /// ended. None, and nothing happened, if the password is not `from` any more: somebody else was
    /// faster.
    pub async fn change_password(
        &self,
        change: &PasswordChange,
        now: Time,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        let tx = self.begin_fact().await?;
        if !replace(&tx, change.user, &change.from, &change.to, now).await? {
            return Ok(None);
        }
        let ended = sessions::end_of(&tx, change.user, change.keep, now).await?;
        tx.commit().await?;
        Ok(Some(ended))
    }

    /// Keeps the same password under a better hash. False, and nothing happened, if the hash is not
    /// `from` any more: a password changed meanwhile is not set back to the old one.
    pub async fn upgrade_password(
        &self,
        user: UserId,
        from: &PasswordHash,
        to: &PasswordHash,
        now: Time,
    ) -> Result<bool, StoreError> {
        let single = self.single().await?;
        let replaced = replace(&single.db(), user, from, to, now).await?;
        single.done().await?;
        Ok(replaced)
    }
}

impl Writer {
    /// Sets an account's password in the unit, with its creation for example.
    pub async fn put_password(&self, user: UserId, hash: &PasswordHash) -> Result<(), StoreError> {
        put(&self.tx, user, hash, self.now()).await
    }
}

async fn put<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    hash: &PasswordHash,
    now: Time,
) -> Result<(), StoreError> {
    let row = Model { user_id: user.uuid(), hash: hash.0.clone(), update_time: now.micros() };
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(
            OnConflict::column(Column::UserId).update_columns([Column::Hash, Column::UpdateTime]).to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

async fn replace<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    from: &PasswordHash,
    to: &PasswordHash,
    now: Time,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        hash: ActiveValue::Set(to.0.clone()),
        update_time: ActiveValue::Set(now.micros()),
        ..Default::default()
    };
    let replaced = Entity::update_many()
        .set(row)
        .filter(Column::UserId.eq(user.uuid()))
        .filter(Column::Hash.eq(from.expose()))
        .exec(db)
        .await?;
    Ok(replaced.rows_affected == 1)
}

/// Whether `hash` is the account's password now, and stays so to the end of the transaction.
pub(super) async fn holds<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    hash: &PasswordHash,
) -> Result<bool, StoreError> {
    let found =
        Entity::find_by_id(user.uuid()).filter(Column::Hash.eq(hash.expose())).lock_shared().one(db).await?;
    Ok(found.is_some())
}
