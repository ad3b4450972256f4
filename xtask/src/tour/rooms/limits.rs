//! How much there may be: said from above, kept in the transaction that makes one more.

use anyhow::Result;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{Actor, holds};

/// How many members the platform allows each organization.
pub const MEMBERS: u64 = 500;

pub async fn tell(people: &People) -> Result<()> {
    show::title("Limits, which only those above raise");
    show::say("Ada limits everybody's members on the root, Petra the customer's workspaces.");
    limit(&people.ada, "/api/v1/organizations/root", json!({"members": MEMBERS})).await?;
    let set = limit(&people.petra, &people.contoso, json!({"workspaces": 1})).await?;
    holds(&set, "/limits/workspaces/limit", &json!(1))?;
    holds(&set, "/limits/workspaces/used", &json!(1))?;
    holds(&set, "/limits/members/limit", &json!(MEMBERS))?;
    holds(&set, "/limits/members/source", &json!("above"))?;
    let body = json!({"title": "One too many"});
    let refused = people.petra.post(&format!("{}/workspaces", people.contoso), body, 409).await?;
    holds(&refused, "/code", &json!("limit_exceeded"))
}

async fn limit(by: &Actor, organization: &str, limits: Value) -> Result<Answer> {
    by.ask(&format!("PATCH {organization}/limits"), json!({"limits": limits}), 200).await
}
