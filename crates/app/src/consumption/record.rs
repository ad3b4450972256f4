//! Counting on an application's own meters.

use polity_domain::audit::CustomEvent;
use polity_domain::consumption::{MAX_AGE, MAX_AHEAD, MAX_ATTRIBUTES, MAX_QUANTITY, check_meter};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::CONSUMPTION_RECORD;
use polity_domain::time::Time;
use polity_store::consumption::{Outcome, Record};
use serde_json::{Map, Value};

use crate::{AppError, Op};

/// What was used.
#[derive(Debug, Clone)]
pub struct NewUsage {
    /// What the application calls this very event.
    pub event_id: String,
    /// Of which meter.
    pub meter: String,
    /// How much; below zero in a correction.
    pub quantity: i64,
    /// When; now, if nobody says so.
    pub time: Option<Time>,
    /// Which event it corrects.
    pub corrects: Option<String>,
    /// What else there is to know.
    pub attributes: Option<Map<String, Value>>,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// How many are counted now.
    pub recorded: u64,
    /// How many were counted before.
    pub repeated: u64,
}

/// Counts a batch, all of it or nothing; it is durable when this answers. An event counts once, however often
/// it is told in the same words.
///
/// # Errors
/// 400 for what is out of bounds, and for a correction of nothing or of more than there was; 409
/// `event_id_taken` for an id under which something else was told.
#[tracing::instrument(name = "consumption.record", skip_all, fields(%organization))]
pub async fn record(
    op: &Op,
    organization: OrganizationId,
    batch: Vec<NewUsage>,
) -> Result<Recorded, AppError> {
    op.may(CONSUMPTION_RECORD, organization).await?;
    let records: Vec<Record> = batch
        .into_iter()
        .enumerate()
        .map(|(place, usage)| checked(usage, place, op.now()))
        .collect::<Result<_, _>>()?;
    match op.store().record_consumption(organization, &records, op.now()).await? {
        Outcome::Recorded { recorded, repeated } => Ok(Recorded { recorded, repeated }),
        Outcome::Taken(id) => {
            let detail =
                format!("Something else was recorded under the id {id}. Nothing of the batch is counted.");
            Err(AppError::conflict("event_id_taken", detail))
        }
        Outcome::Uncorrectable(id) => {
            let place = records.iter().position(|record| record.event_id == id).unwrap_or_default();
            let detail = "must be an event of the same meter of which as much is left";
            Err(AppError::invalid(format!("/events/{place}/corrects"), "invalid_value", detail))
        }
    }
}

fn checked(usage: NewUsage, place: usize, now: Time) -> Result<Record, AppError> {
    let refuse = |field: &str, detail: &str| {
        AppError::invalid(format!("/events/{place}/{field}"), "invalid_value", detail)
    };
    CustomEvent::check_id(&usage.event_id).map_err(|error| refuse("event_id", &error.to_string()))?;
    check_meter(&usage.meter).map_err(|error| refuse("meter", &error.to_string()))?;
    if !(-MAX_QUANTITY..=MAX_QUANTITY).contains(&usage.quantity) {
        return Err(refuse("quantity", "must be from -10^12 to 10^12"));
    }
    match (&usage.corrects, usage.quantity < 0) {
        (None, true) => return Err(refuse("quantity", "must not be negative unless it corrects an event")),
        (Some(_), false) => return Err(refuse("quantity", "must be negative in a correction")),
        _ => {}
    }
    if usage.corrects.is_some() && usage.time.is_some() {
        return Err(refuse("time", "must be absent: a correction counts when what it corrects did"));
    }
    if usage.time.is_some_and(|time| time > now.plus_seconds(MAX_AHEAD) || time < now.plus_seconds(-MAX_AGE))
    {
        return Err(refuse("time", "must lie in the last 400 days and not ahead"));
    }
    let attributes = usage.attributes.as_ref().map(serde_json::to_string).transpose();
    let attributes = attributes.map_err(AppError::internal)?;
    if attributes.as_ref().is_some_and(|text| text.len() > MAX_ATTRIBUTES) {
        return Err(refuse("attributes", "must be at most 2048 bytes of JSON"));
    }
    let NewUsage { event_id, meter, quantity, time, corrects, .. } = usage;
    Ok(Record { event_id, meter, quantity, time, corrects, attributes })
}
