//! Workspaces over HTTP: making, seeing and ending them, their people, and invitations into them.

mod deleting;
mod inviting;
mod making;
mod moving;
mod people;
mod preferring;
mod racing;
mod seeing;

use polity_testkit::{Actor, Value, World, json, roles};

use crate::rights::{id, of};

/// The path of a workspace, or of something of it.
pub fn workspace_path(organization: &str, workspace: &str, rest: &str) -> String {
    of(organization, &format!("workspaces/{workspace}{rest}"))
}

/// Makes a workspace, and gives its id.
pub async fn workspace(actor: &Actor, organization: &str, title: &str) -> String {
    id(&actor.post(&of(organization, "workspaces"), json!({"title": title})).await.ok(201))
}

/// A tenant with its owner and a workspace with its admin, who is a bare member of the tenant.
pub struct Office {
    pub owner: Actor,
    pub organization: String,
    pub workspace: String,
    pub admin: Actor,
}

impl Office {
    pub async fn found(world: &World) -> Self {
        let (owner, organization) = world.tenant("Acme", "olga").await;
        let workspace = workspace(&owner, &organization, "Research").await;
        let admin = bare(world, &owner, &organization, "ada").await;
        let office = Self { owner, organization, workspace, admin };
        office.give(&office.admin, roles::WORKSPACE_ADMIN).await;
        office
    }

    /// The path of something of the workspace.
    pub fn path(&self, rest: &str) -> String {
        workspace_path(&self.organization, &self.workspace, rest)
    }

    /// Gives a member a role on the workspace.
    pub async fn give(&self, whom: &Actor, role: &str) -> Value {
        let body = json!({"user": whom.user_id, "roles": [role]});
        self.owner.post(&self.path("/users"), body).await.ok(201)
    }

    /// Whether somebody may do something on the workspace.
    pub async fn allowed(&self, whom: &Actor, permission: &str) -> bool {
        let body = json!({
            "principal": {"type": "user", "id": whom.user_id}, "permission": permission,
            "resource": {"type": "workspace", "id": self.workspace},
        });
        let answer = self.owner.post(&of(&self.organization, "access/check"), body).await.ok(200);
        answer["allowed"].as_bool().unwrap()
    }
}

/// A member of an organization without any role.
pub async fn bare(world: &World, owner: &Actor, organization: &str, name: &str) -> Actor {
    let person = world.join(owner, organization, name, roles::MEMBER).await;
    let path = of(organization, &format!("members/{}", person.user_id));
    owner.patch(&path, json!({"roles": []})).await.ok(200);
    person
}
