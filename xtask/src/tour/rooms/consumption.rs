//! How much was used: counted by the product, measured by Polity, with the limit beside it.

use anyhow::Result;
use serde_json::json;

use super::limits::MEMBERS;
use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{Actor, holds};

const METER: &str = "invoices.approved";

pub async fn tell(people: &People, key: &Actor) -> Result<()> {
    show::title("Consumption: what the product counts, and what Polity measures");
    let path = format!("{}/consumption", people.contoso);
    let body = json!({"events": [{"event_id": "batch-117", "meter": METER, "quantity": 3}]});
    let told = key.post(&format!("{path}/record"), body.clone(), 200).await?;
    holds(&told, "/recorded", &json!(1))?;
    show::say("Whoever got no answer sends it again: it counts once.");
    let again = key.post(&format!("{path}/record"), body, 200).await?;
    holds(&again, "/repeated", &json!(1))?;
    let used = people.petra.get(&format!("{path}?meter={METER}")).await?;
    holds(&used, "/consumption/0/quantity", &json!(3))?;
    show::say("Seats are measured at the start and every hour. The root's, with the limit that Ada set:");
    let seats = people.ada.get("/api/v1/organizations/root/consumption?meter=seats").await?;
    holds(&seats, "/consumption/0/quantity", &json!(1))?;
    holds(&seats, "/consumption/0/limit", &json!(MEMBERS))
}
