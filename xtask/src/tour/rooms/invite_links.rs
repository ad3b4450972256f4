//! Whoever holds a link joins by it, as often as it says.

use anyhow::Result;
use serde_json::json;

use crate::tour::people::{People, registered};
use crate::tour::show;
use crate::tour::stage::{Actor, Stage, holds};

/// Gives the person who came too late.
pub async fn tell(stage: &mut Stage, people: &People) -> Result<Actor> {
    show::title("An invite link, which lets in one person of the customer's domain");
    let links = format!("{}/invite-links", people.contoso);
    let body = json!({"max_uses": 1, "email_domains": ["contoso.example"]});
    let made = people.petra.post(&links, body, 201).await?;
    let token = json!({"token": made.text("/secret")?});
    show::say("Whoever holds it may look what it leads to.");
    let found = stage.nobody.post("/api/v1/invite-links/lookup", token.clone(), 200).await?;
    holds(&found, "/organization_display_name", &json!("Contoso"))?;
    show::say("Otto joins by it. Rosa comes too late.");
    let otto = registered(stage, "Otto Okafor", "otto@contoso.example").await?;
    let joined = otto.post("/api/v1/invite-links/join", token.clone(), 200).await?;
    holds(&joined, "/user", &json!(format!("users/{}", otto.id)))?;
    let rosa = registered(stage, "Rosa Ruiz", "rosa@contoso.example").await?;
    let refused = rosa.post("/api/v1/invite-links/join", token, 409).await?;
    holds(&refused, "/code", &json!("exhausted"))?;
    Ok(rosa)
}
