//! An organization's own words for its things, by which they are found.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::tour::people::People;
use crate::tour::show;
use crate::tour::stage::each;

pub async fn tell(people: &People, treasury: &str) -> Result<()> {
    show::title("A tag, on a person and on a workspace");
    let tags = format!("{}/tags", people.contoso);
    let body = json!({"title": "Month end", "color": "#1f6feb"});
    let tag = people.petra.post(&tags, body, 201).await?.text("/id")?.to_owned();
    let body = json!({"resources": [
        {"type": "member", "id": people.noor.id},
        {"type": "workspace", "id": treasury},
    ]});
    people.petra.post(&format!("{tags}/{tag}/attach"), body, 204).await?;
    show::say("Both lists find by it what it is on.");
    for (list, field, expected) in
        [("members", "/members", people.noor.id.as_str()), ("workspaces", "/workspaces", treasury)]
    {
        let path = format!("{}/{list}?filter=tag%3D{tag}", people.contoso);
        let found = people.petra.get(&path).await?;
        ensure!(each(&found, field, "/id") == [expected], "{list} should be found by the tag");
    }
    Ok(())
}
