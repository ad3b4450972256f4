//! Asking to be let in, where an organization lets people ask.

use anyhow::Result;
use serde_json::json;

use super::settings::set;
use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{Actor, MEMBER, Stage, holds};

pub async fn tell(stage: &mut Stage, people: &People, rosa: &Actor) -> Result<()> {
    show::title("Rosa asks to be let in");
    show::say("Until an organization lets people ask, it is not even there for them.");
    let requests = format!("{}/membership-requests", people.contoso);
    let body = json!({"message": "I work with Otto."});
    let refused = rosa.post(&requests, body.clone(), 404).await?;
    holds(&refused, "/code", &json!("not_found"))?;
    set(&people.petra, &people.contoso, "members.requests_allowed", json!(true), "default", 200).await?;
    let asked = rosa.post(&requests, body, 201).await?;
    holds(&asked, "/state", &json!("PENDING"))?;
    let path = format!("{requests}/{}/approve", asked.text("/id")?);
    let approved = people.petra.post(&path, json!({"roles": [MEMBER]}), 200).await?;
    holds(&approved, "/state", &json!("APPROVED"))?;
    stage.mail("rosa@contoso.example").await?;
    let shown = rosa.get(&people.contoso).await?;
    holds(&shown, "/id", &json!(people.contoso_id))
}
