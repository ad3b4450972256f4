//! A program with an account of its own: its keys can do what the account holds.

use anyhow::Result;
use serde_json::{Value, json};

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{READER, Stage, holds};

pub async fn tell(stage: &Stage, people: &People) -> Result<()> {
    show::title("A service account with a key");
    let (petra, contoso) = (&people.petra, &people.contoso);
    show::say(
        "The account holds the role; its keys can do what it holds, and no key more than is written on it.",
    );
    let accounts = format!("{contoso}/service-accounts");
    let made = petra.post(&accounts, json!({"title": "Nightly import"}), 201).await?;
    let account = made.text("/id")?;
    let body = json!({"principal": {"type": "service_account", "id": account}, "role": READER});
    petra.post(&format!("{contoso}/role-assignments"), body, 201).await?;
    let body = json!({"title": "Import server", "service_account": account, "permissions": []});
    let made = petra.post(&format!("{contoso}/api-keys"), body, 201).await?;
    let key = stage.key("the key of the service account", made.text("/secret")?);
    let seen = key.get(contoso).await?;
    holds(&seen, "/id", &json!(people.contoso_id))?;
    show::say("Disabled, it holds nothing, and its keys open nothing, from the next request on.");
    let disabled = petra.post(&format!("{accounts}/{account}/disable"), Value::Null, 200).await?;
    holds(&disabled, "/disabled", &json!(true))?;
    let refused = key.ask(&format!("GET {contoso}"), Value::Null, 401).await?;
    holds(&refused, "/code", &json!("unauthenticated"))
}
