//! Organization API keys, regional endpoints, roles.

use anyhow::{Result, ensure};
use serde_json::json;

use super::Cast;
use super::guide::{Guide, ask};
use crate::tour::stage::{Stage, each};

pub async fn show(stage: &Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.document("000", "Organization API keys, regional endpoints, members and roles.");
    keys(stage, guide, cast).await?;
    guide.part("Regional endpoints");
    let listed = guide
        .shows(
            "Use the endpoint that matches the region where your organization is provisioned.\n\n| Region | Endpoint |\n\
             |---|---|\n| UK | … |\n| EU | … |\n| US | … |",
            &stage.nobody,
            ask("GET /api/v1/regions"),
            200,
            &[],
        )
        .await?;
    ensure!(each(&listed, "/regions", "/id") == ["eu", "uk", "us"], "the three regions are listed");
    members(guide, cast).await
}

async fn keys(stage: &Stage, guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.part("Organization API keys");
    let path = format!("/api/v1/organizations/{}/api-keys", cast.organization);
    let body = json!({"title": "Deploy", "permissions": ["organizations.read", "members.read"]});
    let made = guide
        .shows(
            "Give the key a descriptive name and select the appropriate permissions",
            &cast.john,
            ask(format!("POST {path}")).with(body),
            201,
            &["/title", "/permissions", "/secret"],
        )
        .await?;
    let (id, secret) = (made.text("/id")?, made.text("/secret")?);
    let again = guide
        .shows(
            "Copy the key — it will not be shown again",
            &cast.john,
            ask(format!("GET {path}/{id}")),
            200,
            &["/title", "/permissions"],
        )
        .await?;
    ensure!(again.body.get("secret").is_none(), "the key is shown once");
    let key = stage.key("the key", secret);
    let seen = guide
        .shows(
            "Include the key in the Authorization header, the same way as a user API key:\n\n    \
             curl -H \"Authorization: Api-Key YOUR_ORG_API_KEY\" https://…/v1/organizations",
            &key,
            ask("GET /v1/organizations"),
            200,
            &["/organizations/0/id", "/organizations/0/title"],
        )
        .await?;
    ensure!(each(&seen, "/organizations", "/id") == [cast.organization.as_str()], "the key sees its own");
    Ok(())
}

async fn members(guide: &mut Guide, cast: &Cast) -> Result<()> {
    guide.part("Organization access management");
    let organization = format!("/api/v1/organizations/{}", cast.organization);
    guide
        .shows(
            "Organization administrators can invite, remove, and manage members. Each member is assigned one or more roles \
             that control what they can access.",
            &cast.john,
            ask(format!("GET {organization}/members")),
            200,
            &["/members/0/user/display_name", "/members/0/roles"],
        )
        .await?;
    let roles = guide
        .shows(
            "Admin — Full access to organization settings, members, and all products\n\
             Reader — Read-only access to dashboards and reports",
            &cast.john,
            ask(format!("GET {organization}/roles?scope=organization")),
            200,
            &["/roles/1/title", "/roles/1/description", "/roles/3/title", "/roles/3/description"],
        )
        .await?;
    let titles = each(&roles, "/roles", "/title");
    ensure!(titles.contains(&"Admin") && titles.contains(&"Reader"), "Admin and Reader are among {titles:?}");
    Ok(())
}
