//! Events of applications' own meters: each counts once, whoever tells it how often.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::time::Time;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Statement};

use super::row::event::{Column, Entity, Model};
use super::{add, put};
use crate::unit::Transaction;
use crate::{Store, StoreError};

/// An event that an application tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id there.
    pub event_id: String,
    /// Of which meter.
    pub meter: String,
    /// How much; below zero in a correction.
    pub quantity: i64,
    /// When, if the application says so.
    pub time: Option<Time>,
    /// Which event it corrects.
    pub corrects: Option<String>,
    /// What else there is to know, as the text of a JSON object.
    pub attributes: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is counted.
    Recorded {
        /// How many are new.
        recorded: u64,
        /// How many were told before in the same words.
        repeated: u64,
    },
    /// Something else was told under this id. Nothing of the batch is counted.
    Taken(String),
    /// This one corrects no event of its meter, or more than is left of it. Nothing of the batch is counted.
    Uncorrectable(String),
}

impl Store {
    /// Records a batch, all of it or nothing, in one transaction that is durable when this answers.
    pub async fn record_consumption(
        &self,
        organization: OrganizationId,
        batch: &[Record],
        now: Time,
    ) -> Result<Outcome, StoreError> {
        // In the order of their ids: two batches at once never wait for each other in a circle. What is
        // corrected in the same batch comes first.
        let mut ordered: Vec<&Record> = batch.iter().collect();
        ordered.sort_by_key(|record| (record.corrects.is_some(), &record.event_id));
        let tx = self.begin_fact().await?;
        let (mut amounts, mut recorded, mut repeated) = (BTreeMap::new(), 0, 0);
        for record in ordered {
            let corrected = match &record.corrects {
                None => None,
                Some(id) => match corrected(&tx, organization, id, record).await? {
                    Some(corrected) => Some(corrected),
                    None => return Ok(Outcome::Uncorrectable(record.event_id.clone())),
                },
            };
            let row = row(organization, record, corrected.as_ref(), now);
            if insert(&tx, row.clone()).await? {
                if let Some(corrected) = corrected
                    && !take_off(&tx, &corrected, record.quantity).await?
                {
                    return Ok(Outcome::Uncorrectable(record.event_id.clone()));
                }
                put(&mut amounts, organization.uuid(), &record.meter, Time(row.event_time), record.quantity);
                recorded += 1;
                continue;
            }
            let first = Entity::find_by_id((organization.uuid(), record.event_id.clone())).one(&tx).await?;
            let first = first.ok_or_else(|| StoreError::corrupt("a consumption event came and went"))?;
            if !same(&first, &row) {
                return Ok(Outcome::Taken(record.event_id.clone()));
            }
            repeated += 1;
        }
        add(&tx, amounts).await?;
        tx.commit().await?;
        Ok(Outcome::Recorded { recorded, repeated })
    }
}

fn row(organization: OrganizationId, record: &Record, corrected: Option<&Model>, now: Time) -> Model {
    let when = corrected.map(|first| Time(first.event_time)).or(record.time).unwrap_or(now);
    Model {
        organization_id: organization.uuid(),
        event_id: record.event_id.clone(),
        meter: record.meter.clone(),
        quantity: record.quantity,
        event_time: when.micros(),
        timed: record.time.is_some(),
        corrects: record.corrects.clone(),
        remaining: record.quantity.max(0),
        attributes: record.attributes.clone(),
        create_time: now.micros(),
    }
}

/// Whether the event is new.
async fn insert(tx: &Transaction, row: Model) -> Result<bool, StoreError> {
    let once = OnConflict::columns([Column::OrganizationId, Column::EventId]).do_nothing().to_owned();
    let written = Entity::insert(row.into_active_model().reset_all())
        .on_conflict(once)
        .exec_without_returning(tx)
        .await;
    match written {
        Ok(written) => Ok(written == 1),
        Err(sea_orm::DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The event that a correction names, if it is one of the same meter and no correction itself.
async fn corrected(
    tx: &Transaction,
    organization: OrganizationId,
    id: &str,
    record: &Record,
) -> Result<Option<Model>, StoreError> {
    let found = Entity::find_by_id((organization.uuid(), id.to_owned()))
        .filter(Column::Meter.eq(&record.meter))
        .filter(Column::Corrects.is_null());
    Ok(found.one(tx).await?)
}

/// Takes a correction off what is left of an event; false if there is less. One statement, so that of two
/// corrections at once no more is taken than there is.
async fn take_off(tx: &Transaction, corrected: &Model, quantity: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE consumption_events SET remaining = remaining + $1 \
        WHERE organization_id = $2 AND event_id = $3 AND remaining + $4 >= 0";
    let values: [sea_orm::Value; 4] = [
        quantity.into(),
        corrected.organization_id.into(),
        corrected.event_id.clone().into(),
        quantity.into(),
    ];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}

/// Whether it is the same event told once more.
fn same(first: &Model, again: &Model) -> bool {
    let time = first.timed == again.timed && (!first.timed || first.event_time == again.event_time);
    time && first.meter == again.meter
        && first.quantity == again.quantity
        && first.corrects == again.corrects
        && first.attributes == again.attributes
}
