//! `POST {O}/consumption/record`

use axum::Json;
use garde::Validate;
use polity_app::consumption::{NewUsage, record};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::v1::common::{OrganizationPath, Timestamp};

/// What was used.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RecordConsumptionBody {
    /// The events
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    events: Vec<UsageEventBody>,
}

/// Something that was used.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UsageEventBody {
    /// What the application calls this very event: under one id, one event counts
    #[garde(length(bytes, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, pattern = "^[!-~]{1,128}$", example = "4711")]
    event_id: String,
    /// What is counted: a meter of the application's own
    #[garde(length(bytes, min = 1, max = 64))]
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[a-z][a-z0-9_.]{0,63}$",
        example = "documents.published"
    )]
    meter: String,
    /// How much; negative in a correction, and only there
    #[garde(skip)]
    #[schema(minimum = -1_000_000_000_000_i64, maximum = 1_000_000_000_000_i64, example = 3)]
    quantity: i64,
    /// When, in the last 400 days; absent: now
    #[serde(default)]
    #[garde(skip)]
    time: Option<Timestamp>,
    /// The `event_id` of what is corrected: an event of the same meter, of which as much is left
    #[serde(default)]
    #[garde(inner(length(bytes, min = 1, max = 128)))]
    #[schema(min_length = 1, max_length = 128, example = "4710")]
    corrects: Option<String>,
    /// What else there is to know: at most 2 KiB of JSON
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
}

/// What became of the events.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedConsumption {
    /// How many are counted now
    #[schema(example = 2)]
    recorded: u64,
    /// How many were counted before: the same ids in the same words
    #[schema(example = 1)]
    repeated: u64,
}

impl From<UsageEventBody> for NewUsage {
    fn from(body: UsageEventBody) -> Self {
        let UsageEventBody { event_id, meter, quantity, time, corrects, attributes } = body;
        Self { event_id, meter, quantity, time: time.map(|time| time.0), corrects, attributes }
    }
}

/// Record consumption
///
/// At most 1000 events, all of them or none; they are durable when this answers. An event counts once, however often
/// it is told in the same words: whoever got no answer sends the batch again.
#[utoipa::path(post, path = "/organizations/{organization_id}/consumption/record",
    operation_id = "record_consumption", tag = "Consumption", params(OrganizationPath),
    request_body = RecordConsumptionBody,
    responses((status = 200, description = "They are counted", body = RecordedConsumption), Problems))]
pub async fn record_consumption(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<RecordConsumptionBody>,
) -> Result<Json<RecordedConsumption>, Problem> {
    let batch = body.events.into_iter().map(NewUsage::from).collect();
    let done = record(&op, at.organization_id, batch).await?;
    Ok(Json(RecordedConsumption { recorded: done.recorded, repeated: done.repeated }))
}
