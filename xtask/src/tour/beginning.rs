//! The administrator makes the partner's organization, invites the partner and has no part in it any more.

use anyhow::Result;
use serde_json::{Value, json};

use super::stage::{Actor, OWNER, Stage, holds};
use super::{ADMINISTRATOR, show};

/// The partner with their organization.
pub struct Partner {
    /// The administrator, who has no part in it any more.
    pub ada: Actor,
    pub petra: Actor,
    /// The path of the partner's organization.
    pub northwind: String,
    pub northwind_id: String,
}

pub async fn tell(stage: &mut Stage) -> Result<Partner> {
    show::title("The administrator signs in");
    stage.nobody.get("/healthz").await?;
    let (email, password) = ADMINISTRATOR;
    let answer =
        stage.nobody.post("/api/v1/auth/login", json!({"email": email, "password": password}), 200).await?;
    let ada = stage.person("Ada, the administrator", &answer, "")?;
    show::say("The instance itself is the root of the tree; its administrators are its members.");
    let root = ada.get("/api/v1/organizations/root").await?;
    holds(&root, "/name", &json!("organizations/root"))?;

    show::title("The partner's organization");
    let body = json!({"title": "Northwind Partners", "slug": "northwind", "kind": "partner"});
    let answer = ada.post("/api/v1/organizations", body, 201).await?;
    let northwind_id = answer.text("/id")?.to_owned();
    let northwind = format!("/api/v1/organizations/{northwind_id}");
    holds(&answer, "/state", &json!("ACTIVE"))?;

    let body = json!({"email": "petra@northwind.example", "roles": [OWNER], "message": "It is yours now."});
    let invited = ada.post(&format!("{northwind}/invitations"), body, 201).await?;
    holds(&invited, "/state", &json!("PENDING"))?;
    let letter = stage.mail("petra@northwind.example").await?;

    let petra = accept(stage, letter.token()?).await?;
    leave(&ada, &northwind).await?;
    Ok(Partner { ada, petra, northwind, northwind_id })
}

/// The token of the mail proves the address: the account is made with the acceptance.
async fn accept(stage: &Stage, token: &str) -> Result<Actor> {
    show::title("The partner's owner accepts by the link of the mail, and has an account with it");
    let found = stage.nobody.post("/api/v1/invitations/lookup", json!({"token": token}), 200).await?;
    holds(&found, "/account_exists", &json!(false))?;
    let body =
        json!({"token": token, "display_name": "Petra Prinz", "password": "northwind needs a passphrase"});
    let accepted = stage.nobody.post("/api/v1/invitations/accept", body, 200).await?;
    let petra = stage.person("Petra, the partner", &accepted, "/session")?;
    show::say("The link works once.");
    stage.nobody.post("/api/v1/invitations/accept", json!({"token": token}), 409).await?;
    Ok(petra)
}

/// There is no superuser: who is no member sees nothing.
async fn leave(ada: &Actor, northwind: &str) -> Result<()> {
    show::title("The administrator leaves the partner's organization, and sees nothing of it any more");
    ada.post(&format!("{northwind}/members/leave"), Value::Null, 204).await?;
    let refused = ada.ask(&format!("GET {northwind}"), Value::Null, 404).await?;
    holds(&refused, "/code", &json!("not_found"))
}
