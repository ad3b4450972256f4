//! A database with an organization that has long lists, and the service on it.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::bench::fixture::ADMINISTRATOR;
use crate::database::{Database, Engine};
use crate::http::Caller;
use crate::service::{Launch, Service};
use crate::sh;

/// What a place holds.
pub struct Sizes {
    pub members: u32,
    /// Organizations, groups, workspaces and so on, each.
    pub rooms: u32,
}

impl Sizes {
    pub const fn small(members: u32) -> Self {
        Self { members, rooms: 120 }
    }

    pub const fn large(members: u32) -> Self {
        Self { members, rooms: 1_000 }
    }
}

/// An organization with lists, and whoever reads them.
pub struct Listed {
    pub caller: Caller,
    id: String,
    prefix: &'static str,
    group: String,
    workspace: String,
    tag: String,
}

impl Listed {
    /// A path of the organization.
    pub fn path(&self, rest: &str) -> String {
        self.filled(&format!("/api/v1/organizations/{}/{rest}", self.id))
    }

    /// With what stands for `{…}`.
    pub fn filled(&self, text: &str) -> String {
        text.replace("{prefix}", self.prefix)
            .replace("{group}", &self.group)
            .replace("{workspace}", &self.workspace)
            .replace("{tag}", &self.tag)
    }
}

/// A running service on a filled database.
pub struct Place {
    service: Service,
    /// The organization with the place's sizes.
    pub listed: Listed,
    /// A small one in the same database.
    pub beside: Option<Listed>,
    _database: Database,
    _folder: TempDir,
}

/// What the reading key may do.
const PERMISSIONS: [&str; 12] = [
    "access_log.read",
    "api_keys.read",
    "audit.read",
    "consumption.read",
    "groups.read",
    "invitations.read",
    "members.read",
    "organizations.read",
    "role_assignments.read",
    "roles.read",
    "service_accounts.read",
    "tags.read",
];

impl Place {
    pub async fn make(engine: Engine, sizes: &Sizes, beside: Option<&Sizes>) -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("polity-lists-").tempdir().context("no temporary folder")?;
        let database = Database::make(engine)?;
        let mut settings = vec![
            ("POLITY_BOOTSTRAP_EMAIL", ADMINISTRATOR.0.to_owned()),
            ("POLITY_BOOTSTRAP_PASSWORD", ADMINISTRATOR.1.to_owned()),
        ];
        settings.extend(database.settings());
        let release = sh::target_folder()?.join("release");
        let launch =
            Launch { binary: release.join("polity"), folder: folder.path().to_owned(), port: 0, settings };

        // The organizations and their keys are made over HTTP, what is in them while the service is stopped.
        let service = launch.start().await?;
        let mut admin = sign_in(&service.origin).await?;
        let (id, key) = organization(&admin, "Listed").await?;
        let other = match beside {
            Some(sizes) => Some((organization(&admin, "Beside").await?, sizes)),
            None => None,
        };
        service.stop().await?;
        let begin = Instant::now();
        let fill = release.join("bench-fill");
        fill_in(&fill, &launch, &database, &id, "listed", sizes).await?;
        if let Some(((id, _), sizes)) = &other {
            fill_in(&fill, &launch, &database, id, "beside", sizes).await?;
        }
        database.settle()?;
        eprintln!("    {} members are in after {:.0} s", sizes.members, begin.elapsed().as_secs_f64());

        let service = launch.start().await?;
        admin = sign_in(&service.origin).await?;
        let listed = listed(&admin, &service.origin, id, &key, "listed").await?;
        let beside = match other {
            Some(((id, key), _)) => Some(self::listed(&admin, &service.origin, id, &key, "beside").await?),
            None => None,
        };
        Ok(Self { service, listed, beside, _database: database, _folder: folder })
    }

    pub async fn stop(self) -> Result<()> {
        self.service.stop().await
    }
}

async fn sign_in(origin: &str) -> Result<Caller> {
    let nobody = Caller::nobody(origin)?;
    let (email, password) = ADMINISTRATOR;
    let session =
        nobody.post("/api/v1/auth/login", &json!({"email": email, "password": password}), 200).await?;
    Ok(nobody.showing(format!("Bearer {}", session.text("/access_token")?)))
}

/// A tenant, and a key that reads in it and below.
async fn organization(admin: &Caller, title: &str) -> Result<(String, String)> {
    let made = admin.post("/api/v1/organizations", &json!({"title": title}), 201).await?;
    let id = made.text("/id")?.to_owned();
    let permissions: Vec<&str> = PERMISSIONS.into_iter().chain(["workspaces.read"]).collect();
    let body = json!({"title": "Bench", "permissions": permissions, "descendants": true});
    let key = admin.post(&format!("/api/v1/organizations/{id}/api-keys"), &body, 201).await?;
    Ok((id, key.text("/secret")?.to_owned()))
}

async fn fill_in(
    program: &Path,
    launch: &Launch,
    database: &Database,
    organization: &str,
    prefix: &str,
    sizes: &Sizes,
) -> Result<()> {
    let rooms = sizes.rooms.to_string();
    let members = sizes.members.to_string();
    let status = Command::new(program)
        .args(database.arguments(launch))
        .args(["--organization", organization, "--prefix", prefix, "--members", &members])
        .args(["--organizations", &rooms, "--rooms", &rooms, "--log", &members])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .context("cannot run bench-fill")?;
    ensure!(status.success(), "bench-fill failed ({status})");
    Ok(())
}

/// The organization as it is listed: the group, workspace and tag that were made first are those with many in them.
async fn listed(admin: &Caller, origin: &str, id: String, key: &str, prefix: &'static str) -> Result<Listed> {
    let first = async |room: &str| -> Result<String> {
        let path = format!("/api/v1/organizations/{id}/{room}?order_by=create_time&page_size=1");
        let answer = admin.get(&path).await?;
        let id = answer.body[room].get(0).and_then(|one| one.get("id")).and_then(Value::as_str);
        Ok(id.with_context(|| format!("there are no {room}: {}", answer.body))?.to_owned())
    };
    let (group, workspace, tag) = (first("groups").await?, first("workspaces").await?, first("tags").await?);
    let caller = Caller::nobody(origin)?.showing(format!("Api-Key {key}"));
    Ok(Listed { caller, id, prefix, group, workspace, tag })
}
