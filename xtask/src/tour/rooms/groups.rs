//! What a group holds, its members hold, also those of the groups in it.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{READER, holds};

pub async fn tell(people: &People) -> Result<()> {
    show::title("A group in a group, and one role for all who are in them");
    show::say("Noor may not read the audit log.");
    let log = format!("{}/audit-events?page_size=1", people.contoso);
    let refused = people.noor.ask(&format!("GET {log}"), Value::Null, 403).await?;
    holds(&refused, "/required_permission", &json!("audit.read"))?;
    let finance = group(people, "Finance").await?;
    let payable = group(people, "Accounts payable").await?;
    put(people, &finance, json!({"type": "group", "id": payable})).await?;
    put(people, &payable, people.noor.principal()).await?;
    let body = json!({"principal": {"type": "group", "id": finance}, "role": READER});
    people.petra.post(&format!("{}/role-assignments", people.contoso), body, 201).await?;
    show::say("Noor is in the inner group, the outer one is Reader: she may read the log now.");
    people.noor.get(&log).await?;
    let body = json!({"principal": people.noor.principal(), "permission": "audit.read"});
    let told = people.petra.post(&format!("{}/access/explain", people.contoso), body, 200).await?;
    ensure!(told.text("/sentence")?.contains("by the group Finance"), "the explanation names the group");
    Ok(())
}

/// Makes a group, and gives its id.
async fn group(people: &People, title: &str) -> Result<String> {
    let made = people.petra.post(&format!("{}/groups", people.contoso), json!({"title": title}), 201).await?;
    Ok(made.text("/id")?.to_owned())
}

async fn put(people: &People, group: &str, principal: Value) -> Result<()> {
    let path = format!("{}/groups/{group}/members", people.contoso);
    people.petra.post(&path, json!({"principal": principal}), 201).await?;
    Ok(())
}
