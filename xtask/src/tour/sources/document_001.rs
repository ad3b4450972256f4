//! Organizations under `/orgs/{org_id}`.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::guide::{Guide, ask};
use super::{Cast, JOHN, child, key, session};
use crate::tour::stage::{Stage, holds, written};

pub async fn show(stage: &Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.document("001", "Organizations under `/orgs/{org_id}`.");
    let org = child(&cast.john, &cast.organization, "Example Organization").await?;
    let path = format!("/orgs/{org}");
    details(guide, cast, &path).await?;
    customizations(guide, cast, &path).await?;
    logs(stage, guide, cast).await?;
    further(guide, cast, &path).await?;
    codes(stage, guide, cast, &path).await?;
    guide.part("Delete Organization");
    let deleted = guide
        .shows(
            "Remove an organization from the hierarchy.",
            &cast.john,
            ask(format!("DELETE {path}")),
            200,
            &["/message"],
        )
        .await?;
    holds(&deleted, "/message", &json!("Organization deleted successfully"))
}

async fn details(guide: &mut Guide, cast: &Cast, path: &str) -> Result<()> {
    let printed = ["/id", "/name", "/created_at", "/customizations"];
    guide.part("Retrieve Organization Information");
    let says = "Retrieve detailed information about a specific organization.";
    let shown = guide.shows(says, &cast.john, ask(format!("GET {path}")), 200, &printed).await?;
    ensure!(
        shown.body.as_object().is_some_and(|fields| fields.len() == 4),
        "there are the four printed fields"
    );
    holds(&shown, "/name", &json!("Example Organization"))?;
    guide.part("Update Organization Details");
    let request = ask(format!("PATCH {path}")).with(json!({"name": "Updated Organization Name"}));
    let changed =
        guide.shows("Modify the details of an organization.", &cast.john, request, 200, &printed).await?;
    holds(&changed, "/name", &json!("Updated Organization Name"))
}

async fn customizations(guide: &mut Guide, cast: &Cast, path: &str) -> Result<()> {
    let path = format!("{path}/customizations");
    let looks =
        json!({"theme": "dark", "logo_url": "https://cdn.example.com/logo.png", "branding_color": "#336699"});
    guide.part("Update Organization Customizations");
    let request = ask(format!("PUT {path}")).with(json!({"customizations": looks}));
    guide.shows("Modify customization settings for an organization.", &cast.john, request, 200, &[]).await?;
    guide.part("Retrieve Organization Customizations");
    let says = "Fetch current customization settings for an organization.";
    let shown = guide.shows(says, &cast.john, ask(format!("GET {path}")), 200, &[]).await?;
    holds(&shown, "", &looks)
}

/// Of John's organization, and of what is below it.
async fn logs(stage: &Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    let path = format!("/orgs/{}", cast.organization);
    guide.part("Retrieve Access Log");
    // He signs in once more, and the rows are written: the newest one is as printed.
    session(stage, JOHN).await?;
    written().await;
    let printed = ["/0/timestamp", "/0/user", "/0/action", "/0/status"];
    let says = "Fetch the access log for an organization.";
    let rows = guide.shows(says, &cast.john, ask(format!("GET {path}/access_log")), 200, &printed).await?;
    let newest = rows.body.pointer("/0").and_then(Value::as_object);
    ensure!(newest.is_some_and(|row| row.len() == 4), "a row has the four printed fields");
    holds(&rows, "/0/user", &json!("john.doe@example.com"))?;
    holds(&rows, "/0/action", &json!("LOGIN"))?;
    holds(&rows, "/0/status", &json!("SUCCESS"))?;
    guide.part("Retrieve Audit Log");
    let says = "Fetch the audit trail for children organizations or operations.";
    guide.shows(says, &cast.john, ask(format!("GET {path}/children_audit")), 200, &printed).await?;
    guide.part("Retrieve Monthly Consumption");
    let says = "View monthly resource consumption for an organization.";
    let printed = ["/0/month", "/0/resource"];
    guide.shows(says, &cast.john, ask(format!("GET {path}/consumption")), 200, &printed).await?;
    Ok(())
}

/// What the document names in its first sentence and prints no path of.
async fn further(guide: &mut Guide, cast: &Cast, path: &str) -> Result<()> {
    guide.part("API keys, tags, children");
    let says = "Manage and configure organizational details, including API keys, tags, customizations, access logs, and more.";
    let body = json!({"name": "Nightly import", "permissions": ["members.read"]});
    let made = guide
        .shows(says, &cast.john, ask(format!("POST {path}/api_keys")).with(body), 200, &["/name", "/key"])
        .await?;
    let key = made.text("/id")?.to_owned();
    guide.shows(says, &cast.john, ask(format!("GET {path}/api_keys")), 200, &["/0/name"]).await?;
    guide.shows(says, &cast.john, ask(format!("DELETE {path}/api_keys/{key}")), 200, &["/message"]).await?;
    let body = json!({"name": "On call"});
    guide.shows(says, &cast.john, ask(format!("POST {path}/tags")).with(body), 200, &["/name"]).await?;
    guide.shows(says, &cast.john, ask(format!("GET {path}/tags")), 200, &["/0/name"]).await?;
    let above = format!("/orgs/{}", cast.organization);
    guide.shows(says, &cast.john, ask(format!("GET {above}/children")), 200, &["/0/name"]).await?;
    Ok(())
}

async fn codes(stage: &Stage, guide: &mut Guide, cast: &Cast, path: &str) -> Result<()> {
    guide.part("API Response Codes");
    let request = ask(format!("PATCH {path}")).with(json!({"name": ""}));
    guide
        .shows("400 Bad Request: Invalid input or parameters.", &cast.john, request, 400, &["/code"])
        .await?;
    let unauthorized = "Unauthorized requests will return a 401 Unauthorized error.";
    guide.shows(unauthorized, &stage.nobody, ask(format!("GET {path}")), 401, &["/code"]).await?;
    let body = json!({"title": "Revoked", "permissions": ["organizations.read"]});
    let secret = key(&cast.john, &cast.organization, body).await?;
    let wrong = stage.key("a key that is none", &secret.replace("pol_key_", "pol_key_0"));
    let says = "401 Unauthorized: Authentication failed or invalid API key.";
    guide.shows(says, &wrong, ask(format!("GET {path}")), 401, &["/code"]).await?;
    let says = "404 Not Found: Resource not found.";
    guide.shows(says, &cast.john, ask("GET /orgs/org-123"), 404, &["/code"]).await?;
    Ok(())
}
