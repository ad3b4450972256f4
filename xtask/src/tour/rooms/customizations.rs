//! How an organization looks and what its mail says: shown first, then kept, inherited part by part.

use anyhow::Result;
use serde_json::json;

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::holds;

pub async fn tell(people: &People) -> Result<()> {
    show::title("The customer's looks: a preview first, then really");
    let (petra, contoso) = (&people.petra, &people.contoso);
    let path = format!("{contoso}/customizations");
    show::say("The preview fills the mail with sample data, and changes nothing.");
    let mail = json!({"subject": "Join {{organization}}", "text": "{{inviter}} asks you in: {{link}}"});
    let body = json!({"theme": "DARK", "mail_templates": {"invitation": {"en": mail}}});
    let preview = petra.post(&format!("{path}/preview"), body.clone(), 200).await?;
    holds(&preview, "/mails/0/subject", &json!("Join Contoso"))?;
    let kept = petra.ask(&format!("PUT {path}"), body, 200).await?;
    holds(&kept, "/version", &json!(1))?;
    show::say("Berlin says nothing of its own, and looks as Contoso does.");
    let below = format!("/api/v1/organizations/{}/customizations", people.berlin_id);
    let seen = petra.get(&below).await?;
    holds(&seen, "/effective/theme/value", &json!("DARK"))?;
    holds(&seen, "/effective/theme/source", &json!(contoso.trim_start_matches("/api/v1/")))
}
