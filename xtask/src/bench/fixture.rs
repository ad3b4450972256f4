//! What is asked about: a tenant with two levels below it, an organization with long lists, an API key for each.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use super::LISTED;
use super::operation::first_question;
use crate::database::Database;
use crate::http::Caller;
use crate::service::Launch;

/// Whoever sets everything up.
pub const ADMINISTRATOR: (&str, &str) = ("bench@bench.example", "a passphrase for measurements");

/// A fixture in a running service's database.
pub struct Fixture {
    /// The tenant that has the members, and whose invitations are made.
    pub tenant: String,
    /// Two levels below it: what questions are about.
    pub grandchild: String,
    /// The organization with long lists.
    pub listed: String,
    /// The tenant's key, which reaches down.
    pub key: String,
    /// The key of the organization with lists.
    pub list_key: String,
    /// Ids of members of the tenant, spread over all of them.
    pub members: Vec<String>,
}

impl Fixture {
    /// Makes it over HTTP, as an administrator would.
    pub async fn make(origin: &str) -> Result<Self> {
        let admin = administrator(origin).await?;
        let tenant = organization(&admin, None, "Measured").await?;
        let child = organization(&admin, Some(&tenant), "Measured Child").await?;
        let grandchild = organization(&admin, Some(&child), "Measured Grandchild").await?;
        let listed = organization(&admin, None, "Listed").await?;
        // The questions' rights, and what members hold: nobody invites to more than they hold.
        let rights =
            member_and(&admin, &tenant, &["access.check", "api_keys.verify", "invitations.create"]).await?;
        let key = key(&admin, &tenant, &rights).await?;
        let list_key = self::key(&admin, &listed, &["members.read".to_owned()]).await?;
        Ok(Self { tenant, grandchild, listed, key, list_key, members: Vec::new() })
    }

    /// Puts the members in, while the service is stopped. Tells how long it took for the tenant's.
    pub async fn fill(
        &mut self,
        program: &Path,
        launch: &Launch,
        database: &Database,
        members: u32,
    ) -> Result<Duration> {
        let fill = async |organization: &str, prefix: &str, count: u32| -> Result<Vec<String>> {
            let output = Command::new(program)
                .args(database.arguments(launch))
                .args(["--organization", organization, "--prefix", prefix, "--members", &count.to_string()])
                .stdin(Stdio::null())
                .stderr(Stdio::inherit())
                .kill_on_drop(true)
                .output()
                .await
                .context("cannot run bench-fill")?;
            ensure!(output.status.success(), "bench-fill failed ({})", output.status);
            serde_json::from_slice(&output.stdout).context("bench-fill's answer")
        };
        fill(&self.listed, "listed", LISTED).await?;
        let begin = Instant::now();
        self.members = fill(&self.tenant, "member", members).await?;
        Ok(begin.elapsed())
    }

    /// Whoever shows the tenant's key.
    pub fn caller(&self, origin: &str) -> Result<Caller> {
        Ok(Caller::nobody(origin)?.showing(format!("Api-Key {}", self.key)))
    }

    /// The address of the last full page of the long list, walked to as a client would.
    pub async fn deep_page(&self, origin: &str) -> Result<String> {
        let caller = Caller::nobody(origin)?.showing(format!("Api-Key {}", self.list_key));
        let first = format!("/api/v1/organizations/{}/members", self.listed);
        let mut path = first.clone();
        // 50 a page; the last page holds the organization's creator as well.
        for _ in 0..LISTED / 50 - 1 {
            let page = caller.get(&path).await?;
            path = format!("{first}?page_token={}", page.text("/next_page_token")?);
        }
        Ok(path)
    }
}

/// The revision of a first answer, for which the tenant is read into memory.
pub async fn first_answer(fixture: &Fixture, origin: &str) -> Result<String> {
    let path = format!("/api/v1/organizations/{}/access/check", fixture.tenant);
    let answer = fixture.caller(origin)?.post(&path, &first_question(fixture), 200).await?;
    ensure!(answer.body["allowed"] == json!(true), "the first question is denied: {}", answer.body);
    Ok(answer.text("/revision")?.to_owned())
}

/// Whoever sets everything up, signed in.
pub async fn administrator(origin: &str) -> Result<Caller> {
    let nobody = Caller::nobody(origin)?;
    let (email, password) = ADMINISTRATOR;
    let session =
        nobody.post("/api/v1/auth/login", &json!({"email": email, "password": password}), 200).await?;
    Ok(nobody.showing(format!("Bearer {}", session.text("/access_token")?)))
}

/// What the role Member may do in an organization, and these.
pub async fn member_and(admin: &Caller, organization: &str, more: &[&str]) -> Result<Vec<String>> {
    let roles = admin.get(&format!("/api/v1/organizations/{organization}/roles")).await?;
    let member = roles.body["roles"].as_array().into_iter().flatten().find(|role| role["title"] == "Member");
    let member = member.and_then(|role| role["permissions"].as_array()).context("no role Member")?;
    let held = member.iter().filter_map(Value::as_str);
    Ok(held.chain(more.iter().copied()).map(str::to_owned).collect())
}

/// Makes an organization: a tenant, or one below another.
pub async fn organization(admin: &Caller, parent: Option<&str>, title: &str) -> Result<String> {
    let path = match parent {
        Some(parent) => format!("/api/v1/organizations/{parent}/children"),
        None => "/api/v1/organizations".to_owned(),
    };
    Ok(admin.post(&path, &json!({"title": title}), 201).await?.text("/id")?.to_owned())
}

/// Makes a key that reaches down, and gives its secret.
pub async fn key(admin: &Caller, organization: &str, permissions: &[String]) -> Result<String> {
    let body = json!({"title": "Bench", "permissions": permissions, "descendants": true});
    let path = format!("/api/v1/organizations/{organization}/api-keys");
    Ok(admin.post(&path, &body, 201).await?.text("/secret")?.to_owned())
}
