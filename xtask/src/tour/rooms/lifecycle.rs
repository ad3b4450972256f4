//! What is deleted is gone for everybody, and comes back as it was.

use anyhow::Result;
use serde_json::{Value, json};

use crate::tour::people::People;
use crate::tour::questions::may;
use crate::tour::show;
use crate::tour::stage::{Actor, holds};

pub async fn tell(people: &People, key: &Actor) -> Result<()> {
    show::title("Berlin is deleted, and comes back");
    let petra = &people.petra;
    show::say("Nothing goes with its parent unless that is said.");
    let (americas, berlin) = (at(&people.americas_id), at(&people.berlin_id));
    let refused = petra.ask(&format!("DELETE {americas}"), Value::Null, 409).await?;
    holds(&refused, "/code", &json!("has_children"))?;
    petra.ask(&format!("DELETE {berlin}"), Value::Null, 204).await?;
    people.noor.ask(&format!("GET {berlin}"), Value::Null, 404).await?;
    show::say("For 30 days it can be restored, with everything that was in it: Noor may again.");
    let back = petra.post(&format!("{berlin}/undelete"), Value::Null, 200).await?;
    holds(&back, "/state", &json!("ACTIVE"))?;
    may(key, people, &people.noor, &people.berlin_id, true).await
}

fn at(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}
