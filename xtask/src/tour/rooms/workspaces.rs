//! A workspace has users with roles that count in it alone.

use anyhow::Result;
use serde_json::json;

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{WORKSPACE_ADMIN, holds};

/// Gives the workspace's id.
pub async fn tell(people: &People) -> Result<String> {
    show::title("A workspace, and who works in it");
    let workspaces = format!("{}/workspaces", people.contoso);
    let made = people.petra.post(&workspaces, json!({"title": "Treasury"}), 201).await?;
    let treasury = made.text("/id")?.to_owned();
    let body = json!({"user": people.noor.id, "roles": [WORKSPACE_ADMIN]});
    let added = people.petra.post(&format!("{workspaces}/{treasury}/users"), body, 201).await?;
    holds(&added, "/roles/0/title", &json!("Admin"))?;
    show::say("Noor manages this workspace, and makes no further one.");
    let body = json!({"description": "Payments and cash"});
    let changed = people.noor.ask(&format!("PATCH {workspaces}/{treasury}"), body.clone(), 200).await?;
    holds(&changed, "/description", &body["description"])?;
    let refused = people.noor.post(&workspaces, json!({"title": "Mine"}), 403).await?;
    holds(&refused, "/required_permission", &json!("workspaces.create"))?;
    Ok(treasury)
}
