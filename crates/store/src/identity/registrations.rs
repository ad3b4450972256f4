//! Registrations that wait for the proof of their address. No account exists before it.
//!
//! Each has a password of its own: one that a stranger made for the same address never mixes with the
//! owner's. The secret that proves the address is derived of the instance's key and the registration's
//! id, so nothing in the row opens anything.

use polity_domain::email::Email;
use polity_domain::ids::RegistrationId;
use polity_domain::time::Time;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::PasswordHash;
use super::rows::registration::{ActiveModel, Column, Entity, Model};
use crate::outbox::{self, Message};
use crate::{Store, StoreError, Writer};

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// The address that is to be proven.
    pub email: Email,
    /// What others are to call them.
    pub display_name: String,
    /// The hash of the password of the account to be; empty once the registration is used or void.
    pub password: PasswordHash,
    /// When it was made.
    pub create_time: Time,
    /// From this moment on it is of no use.
    pub expire_time: Time,
    /// When it was used up or became void.
    pub used_time: Option<Time>,
}

impl Registration {
    /// Whether its address can still be proven.
    pub fn is_pending(&self, now: Time) -> bool {
        self.used_time.is_none() && now < self.expire_time
    }

    fn row(&self) -> Model {
        Model {
            id: self.id.uuid(),
            email_address: self.email.as_str().to_owned(),
            email_canonical: self.email.canonical().to_owned(),
            display_name: self.display_name.clone(),
            password_hash: self.password.expose().to_owned(),
            create_time: self.create_time.micros(),
            expire_time: self.expire_time.micros(),
            used_time: self.used_time.map(Time::micros),
        }
    }
}

impl TryFrom<Model> for Registration {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: RegistrationId::from_uuid(row.id),
            email: Email::parse(&row.email_address).map_err(StoreError::corrupt)?,
            display_name: row.display_name,
            password: PasswordHash::new(row.password_hash),
            create_time: Time(row.create_time),
            expire_time: Time(row.expire_time),
            used_time: row.used_time.map(Time),
        })
    }
}

impl Store {
    /// Keeps a registration and queues its mail, in one transaction.
    pub async fn register(&self, registration: &Registration, mail: Message) -> Result<(), StoreError> {
        let tx = self.begin_fact().await?;
        tx.insert(registration.row()).await?;
        outbox::queue(&tx, mail, registration.create_time.micros()).await?;
        tx.commit().await
    }

    /// A registration, whatever became of it.
    pub async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, StoreError> {
        let found = Entity::find_by_id(id.uuid()).one(&self.connections.read).await?;
        found.map(TryInto::try_into).transpose()
    }

    /// The newest pending one for an address in its canonical form.
    pub async fn latest_registration(
        &self,
        canonical: &str,
        now: Time,
    ) -> Result<Option<Registration>, StoreError> {
        let found = Entity::find()
            .filter(Column::EmailCanonical.eq(canonical))
            .filter(Column::UsedTime.is_null())
            .filter(Column::ExpireTime.gt(now.micros()))
            .order_by_desc(Column::CreateTime)
            .order_by_desc(Column::Id)
            .one(&self.connections.read)
            .await?;
        found.map(TryInto::try_into).transpose()
    }
}

impl Writer {
    /// Uses a registration up in the unit. True for exactly one unit that commits, and only before it
    /// expires; the unit of whoever gets false must not go on.
    pub async fn use_registration(&self, id: RegistrationId, now: Time) -> Result<bool, StoreError> {
        let used = Entity::update_many()
            .set(ended(now))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::UsedTime.is_null())
            .filter(Column::ExpireTime.gt(now.micros()))
            .exec(&self.tx)
            .await?;
        Ok(used.rows_affected == 1)
    }

    /// Makes every pending registration for an address void, in the unit that makes its account: what
    /// somebody else has registered for it opens nothing. Answers how many there were.
    pub async fn void_registrations(&self, canonical: &str) -> Result<u64, StoreError> {
        void(&self.tx, canonical, self.now()).await
    }
}

async fn void<C: ConnectionTrait>(db: &C, canonical: &str, now: Time) -> Result<u64, StoreError> {
    let voided = Entity::update_many()
        .set(ended(now))
        .filter(Column::EmailCanonical.eq(canonical))
        .filter(Column::UsedTime.is_null())
        .exec(db)
        .await?;
    Ok(voided.rows_affected)
}

/// Used or void: either way its password is of no more use, and is forgotten.
fn ended(now: Time) -> ActiveModel {
    ActiveModel {
        password_hash: ActiveValue::Set(String::new()),
        used_time: ActiveValue::Set(Some(now.micros())),
        ..Default::default()
    }
}
