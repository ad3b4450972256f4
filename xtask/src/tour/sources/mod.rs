//! `cargo xtask tour --sources`: every operation that the source documents print, called as printed, beside the
//! sentence or row that it shows. A status or a printed field's name that is another one ends it. What is shown is
//! written into `docs/tour-sources.md`.

mod document_000;
mod document_001;
mod document_002;
mod document_004;
mod guide;
mod page;

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};

use self::guide::Guide;
use super::Scene;
use super::show;
use super::stage::{Actor, Stage};
use crate::database::Engine;
use crate::generated;
use crate::http::Answer;

const PATH: &str = "docs/tour-sources.md";
/// Whom document 001 prints.
const JOHN: &str = "john.doe@example.com";
const PASSWORD: &str = "a passphrase of the tour";

/// The cast: who asks, and what there is to be asked about.
struct Cast {
    john: Actor,
    /// His organization, as document 004 calls one.
    organization: String,
    /// An account below it.
    account: String,
}

pub async fn play(binary: PathBuf, engine: Engine) -> Result<()> {
    let settings = [
        ("POLITY_ORGANIZATIONS__CREATION", "anyone".to_owned()),
        ("POLITY_REGION__ID", "uk".to_owned()),
        (
            "POLITY_REGION__ENDPOINTS",
            "eu=https://iam.eu.example.com,us=https://iam.us.example.com".to_owned(),
        ),
    ];
    let mut scene = Scene::open(binary, engine, &settings).await?;
    let mut guide = Guide::new(&scene.service.origin);
    let told = tell(&mut scene.stage, &mut guide).await;
    scene.judged(told)?;
    scene.service.stop().await?;
    generated::keep(PATH, guide.finish().as_bytes(), false, "cargo xtask tour --sources")
}

async fn tell(stage: &mut Stage, guide: &mut Guide) -> Result<()> {
    let cast = cast(stage).await?;
    document_000::show(stage, guide, &cast).await?;
    document_001::show(stage, guide, &cast).await?;
    document_002::show(stage, guide, &cast).await?;
    document_004::show(stage, guide, &cast).await
}

/// John Doe has an account and makes his organization, which document 004 names.
async fn cast(stage: &mut Stage) -> Result<Cast> {
    show::title("Before the documents: John has an account and an organization");
    let john = person(stage, "John Doe", JOHN).await?;
    let made = john.post("/api/v1/organizations", json!({"title": "My Organization"}), 201).await?;
    let organization = made.text("/id")?.to_owned();
    let account = child(&john, &organization, "Example Account").await?;
    Ok(Cast { john, organization, account })
}

async fn person(stage: &mut Stage, name: &str, address: &str) -> Result<Actor> {
    let body = json!({"email": address, "password": PASSWORD, "display_name": name});
    stage.nobody.post("/api/v1/auth/register", body, 201).await?;
    let letter = stage.mail(address).await?;
    stage.nobody.post("/api/v1/auth/email/verify", json!({"token": letter.token()?}), 200).await?;
    let session = session(stage, address).await?;
    stage.person(name.split(' ').next().unwrap_or(name), &session, "")
}

async fn session(stage: &Stage, address: &str) -> Result<Answer> {
    stage.nobody.post("/api/v1/auth/login", json!({"email": address, "password": PASSWORD}), 200).await
}

async fn child(by: &Actor, organization: &str, title: &str) -> Result<String> {
    let path = format!("/api/v1/organizations/{organization}/children");
    Ok(by.post(&path, json!({"title": title}), 201).await?.text("/id")?.to_owned())
}

/// An organization's key: its secret.
async fn key(by: &Actor, organization: &str, body: Value) -> Result<String> {
    let made = by.post(&format!("/api/v1/organizations/{organization}/api-keys"), body, 201).await?;
    Ok(made.text("/secret")?.to_owned())
}
