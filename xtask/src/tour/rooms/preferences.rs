//! What an organization prefers for itself. Nothing of it is inherited.

use anyhow::Result;
use serde_json::json;

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::holds;

pub async fn tell(people: &People) -> Result<()> {
    show::title("What the customer prefers");
    show::say("Whether the platform's support team may be let in at all is the organization's to say.");
    let body = json!({"locale": "de-DE", "time_zone": "Europe/Berlin", "support_team_access": true});
    let path = format!("{}/preferences", people.contoso);
    let preferred = people.petra.ask(&format!("PATCH {path}"), body, 200).await?;
    holds(&preferred, "/locale", &json!("de-DE"))?;
    holds(&preferred, "/support_team_access", &json!(true))
}
