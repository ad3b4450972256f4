//! The product asks by API key: may this person do this here? Before and after a role change and a move.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::people::People;
use super::show;
use super::stage::{Actor, Stage, each, holds};

/// What the product asks about.
const QUESTION: &str = "invoices.approve";

/// Gives the product's key.
pub async fn tell(stage: &Stage, people: &People) -> Result<Actor> {
    let key = key(stage, people).await?;
    before(&key, people).await?;
    role_change(&key, people).await?;
    moved(&key, people).await?;
    Ok(key)
}

/// As source document 000 shows it: `Authorization: Api-Key …`, `GET /v1/organizations`.
async fn key(stage: &Stage, people: &People) -> Result<Actor> {
    show::title("An API key for the customer's product");
    let permissions = [
        "organizations.read",
        "members.read",
        "access.check",
        "access.explain",
        "api_keys.verify",
        "consumption.record",
    ];
    let body = json!({"title": "Invoicing backend", "permissions": permissions, "descendants": true});
    let made = people.petra.post(&format!("{}/api-keys", people.contoso), body, 201).await?;
    let secret = made.text("/secret")?;
    let key = stage.key("the API key", secret);
    show::say("The key sees its organization and those below it, and nothing else.");
    let seen = key.get("/v1/organizations").await?;
    let ids = each(&seen, "/organizations", "/id");
    ensure!(
        ids.len() == 4 && ids.contains(&people.contoso_id.as_str()),
        "the key should see Contoso and the three below it, and sees {ids:?}"
    );
    let verified = key.post("/api/v1/api-keys/verify", json!({"key": secret}), 200).await?;
    holds(&verified, "/valid", &json!(true))?;
    Ok(key)
}

async fn before(key: &Actor, people: &People) -> Result<()> {
    show::title("May they approve invoices in Berlin?");
    show::say("Maya may: she is Approver in Europe, and roles reach down.");
    may(key, people, &people.maya, &people.berlin_id, true).await?;
    explain(key, people, &people.maya, &people.berlin_id, true).await?;
    show::say("Noor may not: Member does not hold it. The explanation names what would allow it.");
    may(key, people, &people.noor, &people.berlin_id, false).await?;
    explain(key, people, &people.noor, &people.berlin_id, false).await
}

/// First as a preview, which changes nothing.
async fn role_change(key: &Actor, people: &People) -> Result<()> {
    show::title("Noor becomes Approver: a preview first, then really");
    let path = format!("{}/members/{}", people.contoso, people.noor.id);
    let body = json!({"roles": [people.approver]});
    let preview = people.petra.ask(&format!("PATCH {path}?validate_only=true"), body.clone(), 200).await?;
    ensure!(
        preview.body.to_string().contains(QUESTION),
        "the preview should tell that Noor gains {QUESTION}"
    );
    may(key, people, &people.noor, &people.berlin_id, false).await?;
    let changed = people.petra.ask(&format!("PATCH {path}"), body, 200).await?;
    let revision = changed.header("polity-revision").context("the change names its revision")?;
    show::say(&format!(
        "The change was {revision}: whoever asks for that revision cannot get an older answer."
    ));
    let question = question(&people.noor, &people.berlin_id, Some(revision));
    let answer = key.post(&format!("{}/access/check", people.contoso), question, 200).await?;
    holds(&answer, "/allowed", &json!(true))
}

/// Berlin leaves Europe, where Maya's role is, and goes to the Americas.
async fn moved(key: &Actor, people: &People) -> Result<()> {
    show::title("Berlin moves below the Americas: a preview first, then really");
    let path = format!("/api/v1/organizations/{}/move", people.berlin_id);
    let body = json!({"parent": format!("organizations/{}", people.americas_id)});
    let preview = people.petra.post(&format!("{path}?validate_only=true"), body.clone(), 200).await?;
    ensure!(
        preview.body.to_string().contains(&people.maya.id),
        "the preview should tell that Maya loses what she holds in Berlin"
    );
    may(key, people, &people.maya, &people.berlin_id, true).await?;
    people.petra.post(&path, body, 200).await?;
    show::say("Maya may no longer in Berlin, and still in Europe; Noor holds her role on all of Contoso.");
    may(key, people, &people.maya, &people.berlin_id, false).await?;
    explain(key, people, &people.maya, &people.berlin_id, false).await?;
    may(key, people, &people.maya, &people.europe_id, true).await?;
    may(key, people, &people.noor, &people.berlin_id, true).await
}

/// The answer to whether a person may approve invoices in a place must be this one.
pub async fn may(key: &Actor, people: &People, person: &Actor, place: &str, expected: bool) -> Result<()> {
    let path = format!("{}/access/check", people.contoso);
    let answer = key.post(&path, question(person, place, None), 200).await?;
    holds(&answer, "/allowed", &json!(expected))
}

async fn explain(key: &Actor, people: &People, person: &Actor, place: &str, expected: bool) -> Result<()> {
    let path = format!("{}/access/explain", people.contoso);
    let answer = key.post(&path, question(person, place, None), 200).await?;
    holds(&answer, "/allowed", &json!(expected))?;
    ensure!(!answer.text("/sentence")?.is_empty(), "the explanation has a sentence");
    Ok(())
}

fn question(person: &Actor, place: &str, at_least: Option<&str>) -> Value {
    let mut question = json!({
        "principal": person.principal(),
        "permission": QUESTION,
        "resource": {"type": "organization", "id": place},
    });
    if let Some(revision) = at_least {
        question["at_least_revision"] = json!(revision);
    }
    question
}
