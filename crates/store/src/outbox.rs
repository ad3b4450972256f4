//! Mail that is to be sent: queued in the transaction of the change, delivered at least once.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveValue, IntoActiveModel, QueryOrder, QuerySelect};

use crate::unit::Transaction;
use crate::{Store, StoreError, Writer};

/// The table `outbox`. A row holds no secret: links are made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Its id: the same in every attempt.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which letter.
    pub kind: String,
    /// About what.
    pub subject_id: Uuid,
    /// Which token of the subject the mail carries.
    pub generation: i64,
    /// When it was queued, in microseconds.
    pub create_time: i64,
    /// When it is tried next, in microseconds.
    pub due_time: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was sent, in microseconds.
    pub sent_time: Option<i64>,
    /// When it was given up, in microseconds.
    pub failed_time: Option<i64>,
    /// What went wrong the last time.
    pub last_error: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A mail that is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// Its id: the same in every attempt.
    pub id: Uuid,
    /// Which letter.
    pub kind: &'static str,
    /// About what.
    pub subject_id: Uuid,
    /// Which token of the subject.
    pub generation: u32,
}

fn row(message: Message, now: i64) -> ActiveModel {
    Model {
        id: message.id,
        kind: message.kind.to_owned(),
        subject_id: message.subject_id,
        generation: i64::from(message.generation),
        create_time: now,
        due_time: now,
        attempts: 0,
        sent_time: None,
        failed_time: None,
        last_error: None,
    }
    .into_active_model()
    .reset_all()
}

/// Queues a mail in a transaction.
pub(crate) async fn queue(tx: &Transaction, message: Message, now: i64) -> Result<(), StoreError> {
    tx.insert(row(message, now)).await
}

impl Writer {
    /// Queues a mail: it leaves if and only if the unit commits.
    pub async fn send(&self, message: Message) -> Result<(), StoreError> {
        queue(&self.tx, message, self.now().micros()).await
    }
}

impl Store {
    /// Queues a mail that belongs to no change of a tree.
    pub async fn send(&self, message: Message, now: i64) -> Result<(), StoreError> {
        let single = self.single().await?;
        Entity::insert(row(message, now)).exec_without_returning(&single.db()).await?;
        single.done().await
    }

    /// Takes due mails for one worker, for `lease` microseconds: another sees them only afterwards.
    pub async fn outbox_claim(&self, now: i64, lease: i64, limit: u64) -> Result<Vec<Model>, StoreError> {
        let open = Column::SentTime.is_null().and(Column::FailedTime.is_null());
        let due = Entity::find()
            .filter(open.clone())
            .filter(Column::DueTime.lte(now))
            .order_by_asc(Column::DueTime)
            .limit(limit)
            .all(&self.connections.read)
            .await?;
        let mut claimed = Vec::with_capacity(due.len());
        for mail in due {
            let taken = ActiveModel {
                due_time: ActiveValue::Set(now + lease),
                attempts: ActiveValue::Set(mail.attempts + 1),
                ..Default::default()
            };
            let won = Entity::update_many()
                .set(taken)
                .filter(Column::Id.eq(mail.id))
                .filter(Column::Attempts.eq(mail.attempts))
                .filter(open.clone())
                .exec(&self.connections.write)
                .await?;
            if won.rows_affected == 1 {
                claimed.push(Model { attempts: mail.attempts + 1, ..mail });
            }
        }
        Ok(claimed)
    }

    /// A mail left.
    pub async fn outbox_sent(&self, id: Uuid, now: i64) -> Result<(), StoreError> {
        let sent = ActiveModel {
            sent_time: ActiveValue::Set(Some(now)),
            last_error: ActiveValue::Set(None),
            ..Default::default()
        };
        self.outbox_set(id, sent).await
    }

    /// A mail did not leave; it is tried again at `due`, or never.
    pub async fn outbox_failed(
        &self,
        id: Uuid,
        error: String,
        due: Option<i64>,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut failed = ActiveModel { last_error: ActiveValue::Set(Some(error)), ..Default::default() };
        match due {
            Some(due) => failed.due_time = ActiveValue::Set(due),
            None => failed.failed_time = ActiveValue::Set(Some(now)),
        }
        self.outbox_set(id, failed).await
    }

    async fn outbox_set(&self, id: Uuid, row: ActiveModel) -> Result<(), StoreError> {
        Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(&self.connections.write).await?;
        Ok(())
    }

    /// The last mail about something: its delivery, as a person wants to know it.
    pub async fn outbox_last(&self, subject: Uuid) -> Result<Option<Model>, StoreError> {
        let last = Entity::find().filter(Column::SubjectId.eq(subject)).order_by_desc(Column::CreateTime);
        Ok(last.one(&self.connections.read).await?)
    }

    /// Forgets at most `limit` letters that were sent or given up before a moment; answers how many.
    pub async fn sweep_outbox(&self, before: i64, limit: u64) -> Result<u64, StoreError> {
        let ended = Column::SentTime.lt(before).or(Column::FailedTime.lt(before));
        let old = Entity::find().filter(ended).limit(limit).all(&self.connections.read).await?;
        if old.is_empty() {
            return Ok(0);
        }
        let ids = old.into_iter().map(|letter| letter.id);
        let gone = Entity::delete_many().filter(Column::Id.is_in(ids)).exec(&self.connections.write).await?;
        Ok(gone.rows_affected)
    }
}
