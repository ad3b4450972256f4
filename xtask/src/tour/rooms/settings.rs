//! Settings come down the tree, as defaults or enforced.

use anyhow::Result;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{Actor, holds};

const DAYS: &str = "api_keys.max_lifetime_days";

pub async fn tell(people: &People) -> Result<()> {
    show::title("A setting, enforced from above");
    let (petra, contoso) = (&people.petra, &people.contoso);
    show::say("Northwind lets no API key below it live longer than 90 days.");
    set(petra, &people.northwind, DAYS, json!(90), "enforced", 200).await?;
    let refused = set(petra, contoso, DAYS, json!(365), "default", 409).await?;
    holds(&refused, "/code", &json!("setting_enforced"))?;
    show::say("What counts in Berlin, three levels below, and whose value it is:");
    let path = format!("/api/v1/organizations/{}/settings/effective", people.berlin_id);
    let counts = petra.get(&path).await?;
    holds(&counts, &format!("/settings/{DAYS}/value"), &json!(90))?;
    holds(&counts, &format!("/settings/{DAYS}/mode"), &json!("enforced"))?;
    let source = people.northwind.trim_start_matches("/api/v1/");
    holds(&counts, &format!("/settings/{DAYS}/source"), &json!(source))?;
    show::say("And it is obeyed: a key without an end is not made.");
    let body = json!({"title": "For ever", "permissions": ["members.read"]});
    let refused = petra.post(&format!("{contoso}/api-keys"), body, 400).await?;
    holds(&refused, "/code", &json!("against_settings"))
}

/// Sets one key of an organization.
pub async fn set(
    by: &Actor,
    organization: &str,
    key: &str,
    value: Value,
    mode: &str,
    status: u16,
) -> Result<Answer> {
    let body = json!({"settings": {key: {"value": value, "mode": mode}}});
    by.ask(&format!("PATCH {organization}/settings"), body, status).await
}
