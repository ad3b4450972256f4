//! The partner builds a customer's tree and brings people in, each in another way.

use anyhow::{Result, ensure};
use serde_json::json;

use super::beginning::Partner;
use super::show;
use super::stage::{Actor, MEMBER, Stage, each, holds};

/// The customer's tree and who is in it.
pub struct People {
    pub ada: Actor,
    pub petra: Actor,
    pub maya: Actor,
    pub noor: Actor,
    /// The path of the partner's organization.
    pub northwind: String,
    pub contoso: String,
    pub contoso_id: String,
    pub europe_id: String,
    pub berlin_id: String,
    pub americas_id: String,
    /// The custom role.
    pub approver: String,
}

pub async fn tell(stage: &mut Stage, partner: Partner) -> Result<People> {
    show::title("The partner creates a customer, with a tree of three levels");
    let Partner { ada, petra, northwind, northwind_id } = partner;
    let contoso_id = child(&petra, &northwind_id, "Contoso").await?;
    let europe_id = child(&petra, &contoso_id, "Contoso Europe").await?;
    let berlin_id = child(&petra, &europe_id, "Contoso Berlin").await?;
    let americas_id = child(&petra, &contoso_id, "Contoso Americas").await?;
    let contoso = format!("/api/v1/organizations/{contoso_id}");
    petra.get(&format!("{northwind}/tree")).await?;
    let below = petra.get(&format!("{contoso}/descendants")).await?;
    ensure!(each(&below, "/organizations", "/id").len() == 3, "Contoso has three descendants");

    show::title("What the customer's product does is registered, and gets a role of its own");
    let body = json!({"name": "invoices.approve", "description": "Approve an invoice", "danger": "WRITE"});
    petra.post(&format!("{contoso}/permissions"), body, 201).await?;
    let body = json!({
        "title": "Approver",
        "description": "Approves invoices",
        "permissions": ["invoices.approve", "organizations.read", "members.read"],
    });
    let role = petra.post(&format!("{contoso}/roles"), body, 201).await?;
    let approver = role.text("/id")?.to_owned();

    let noor = added(stage, &petra, &contoso).await?;
    let maya = invited(stage, &petra, &format!("/api/v1/organizations/{europe_id}"), &approver).await?;
    let members = petra.get(&format!("{contoso}/members")).await?;
    ensure!(each(&members, "/members", "/id").contains(&noor.id.as_str()), "Noor is a member of Contoso");
    Ok(People {
        ada,
        petra,
        maya,
        noor,
        northwind,
        contoso,
        contoso_id,
        europe_id,
        berlin_id,
        americas_id,
        approver,
    })
}

async fn child(petra: &Actor, parent: &str, title: &str) -> Result<String> {
    let path = format!("/api/v1/organizations/{parent}/children");
    let made = petra.post(&path, json!({"title": title}), 201).await?;
    holds(&made, "/parent", &json!(format!("organizations/{parent}")))?;
    Ok(made.text("/id")?.to_owned())
}

/// Noor has an account already: she is added without an invitation.
async fn added(stage: &mut Stage, petra: &Actor, contoso: &str) -> Result<Actor> {
    show::title("Noor registers, and is added as a member");
    let noor = registered(stage, "Noor Nasser", "noor@contoso.example").await?;
    let body = json!({"user": format!("users/{}", noor.id), "roles": [MEMBER]});
    petra.post(&format!("{contoso}/members"), body, 201).await?;
    Ok(noor)
}

/// Maya is invited first, registers then, and accepts with the link of the mail.
async fn invited(stage: &mut Stage, petra: &Actor, europe: &str, approver: &str) -> Result<Actor> {
    show::title("Maya is invited to Europe as Approver, registers, and accepts");
    let address = "maya@contoso.example";
    petra.post(&format!("{europe}/invitations"), json!({"email": address, "roles": [approver]}), 201).await?;
    let letter = stage.mail(address).await?;
    let maya = registered(stage, "Maya Moreau", address).await?;
    let accepted = maya.post("/api/v1/invitations/accept", json!({"token": letter.token()?}), 200).await?;
    holds(&accepted, "/user", &json!(format!("users/{}", maya.id)))?;
    maya.get("/api/v1/me/organizations").await?;
    Ok(maya)
}

/// An account exists from the moment its address is proven: the link of the mail does it.
pub async fn registered(stage: &mut Stage, name: &str, address: &str) -> Result<Actor> {
    let body = json!({"email": address, "password": "contoso has passphrases too", "display_name": name});
    let answer = stage.nobody.post("/api/v1/auth/register", body, 201).await?;
    holds(&answer, "/email_verification_required", &json!(true))?;
    let letter = stage.mail(address).await?;
    let body = json!({"token": letter.token()?});
    let session = stage.nobody.post("/api/v1/auth/email/verify", body, 200).await?;
    stage.person(name.split(' ').next().unwrap_or(name), &session, "")
}
