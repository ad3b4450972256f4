//! The platform's staff get in when an organization lets them, as far and as long as it says.

use anyhow::Result;
use serde_json::{Value, json};

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::holds;

/// Gives the grant's id.
pub async fn tell(people: &People) -> Result<String> {
    show::title("The administrator gets in to help, for an hour and to look only");
    let (ada, contoso) = (&people.ada, &people.contoso);
    show::say("Without a grant she is a stranger.");
    ada.ask(&format!("GET {contoso}"), Value::Null, 404).await?;
    let grants = format!("{contoso}/support-access-grants");
    let body = json!({"reason": "Imports stop half way", "ttl_seconds": 3600});
    let made = people.petra.post(&grants, body, 201).await?;
    holds(&made, "/access", &json!("READ_ONLY"))?;
    let grant = made.text("/id")?.to_owned();
    ada.get(contoso).await?;
    let body = json!({"title": "Ada's now"});
    let refused = ada.ask(&format!("PATCH {contoso}"), body, 403).await?;
    holds(&refused, "/code", &json!("permission_denied"))?;
    show::say("Petra ends it, and Ada is a stranger again.");
    people.petra.ask(&format!("DELETE {grants}/{grant}"), Value::Null, 204).await?;
    ada.ask(&format!("GET {contoso}"), Value::Null, 404).await?;
    Ok(grant)
}
