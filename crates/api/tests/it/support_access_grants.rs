//! Support access: the platform's staff get in by a grant of the organization, as far as it says, on the record.

mod ending;
mod granting;
mod judging;
mod recording;
mod scoping;
mod using;

use polity_testkit::{Actor, Value, World, json};

use crate::rights::{id, of, role};

/// A tenant, and the platform's people.
struct Scene {
    /// An owner of the root, who holds `support.access` as well.
    root: Actor,
    /// One who holds nothing on the root but `support.access`.
    staff: Actor,
    /// The tenant's owner.
    owner: Actor,
    /// The tenant.
    acme: String,
}

/// A tenant that lets the support team in, and has granted nothing yet.
async fn scene(world: &World) -> Scene {
    let root = world.administrator().await;
    let (owner, acme) = world.tenant("Acme", "olga").await;
    let role = role(&root, "root", "Support", &["support.access"]).await;
    let staff = world.join(&root, "root", "sam", &role).await;
    prefer(&owner, &acme, true).await;
    Scene { root, staff, owner, acme }
}

/// Lets the support team into an organization, or no longer.
async fn prefer(actor: &Actor, organization: &str, on: bool) {
    let body = json!({"support_team_access": on});
    actor.patch(&of(organization, "preferences"), body).await.ok(200);
}

/// Makes a grant, and gives its id.
async fn grant(actor: &Actor, organization: &str, mut body: Value) -> String {
    body["reason"] = json!("Imports stop half way");
    id(&actor.post(&of(organization, "support-access-grants"), body).await.ok(201))
}

/// The path of a grant.
fn one(organization: &str, grant: &str) -> String {
    of(organization, &format!("support-access-grants/{grant}"))
}

/// The path of an organization itself.
fn itself(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

/// Makes a workspace, and gives its id.
async fn workspace(actor: &Actor, organization: &str, title: &str) -> String {
    id(&actor.post(&of(organization, "workspaces"), json!({"title": title})).await.ok(201))
}
