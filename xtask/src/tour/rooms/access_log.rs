//! Who signed in and who asked what, refusals included.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::{each, holds, written};

pub async fn tell(people: &People, grant: &str) -> Result<()> {
    show::title("The access log: what Ada did by the grant, and what was refused to her");
    show::say("It is written every second, beside the ledger: rows change no right.");
    written().await;
    let (petra, contoso) = (&people.petra, &people.contoso);
    let path = format!("{contoso}/access-log?filter=support_access_grant%3D%22{grant}%22");
    let rows = petra.get(&path).await?;
    holds(&rows, "/access_log/0/user/id", &json!(people.ada.id))?;
    let path = format!(
        "{contoso}/access-log?page_size=1&filter=user%3D%22{}%22%20AND%20status%3DFAILURE",
        people.ada.id
    );
    let rows = petra.get(&path).await?;
    ensure!(each(&rows, "/access_log", "/user/id") == [people.ada.id.as_str()], "a refusal is a row");
    Ok(())
}
