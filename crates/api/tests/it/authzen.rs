//! OpenID AuthZEN Authorization API 1.0: what the specification prints, and what it leaves to Polity.

mod hiding;
mod judging;
mod organizations;
mod paging;
mod records;
mod refusing;
mod several;
mod specification;
mod todo;
mod well_known;

use polity_testkit::{Actor, Value, World, json};

use crate::cases::revisions;
use crate::rights::{key, of};

const EVALUATION: &str = "/access/v1/evaluation";
const EVALUATIONS: &str = "/access/v1/evaluations";
const SUBJECT: &str = "/access/v1/search/subject";
const RESOURCE: &str = "/access/v1/search/resource";
const ACTION: &str = "/access/v1/search/action";

/// A key of an organization that may ask about others there, as an enforcement point has one.
async fn pep(world: &World, owner: &Actor, organization: &str) -> Actor {
    key(world, owner, organization, &["access.check"]).await.0
}

/// How far a tree has come, as answers say it.
async fn revision(world: &World, tree: &str) -> String {
    format!("{tree}.{}", revisions(world).await[tree])
}

fn user(actor: &Actor) -> Value {
    json!({"type": "user", "id": actor.user_id})
}

fn organization(id: &str) -> Value {
    json!({"type": "organization", "id": id})
}

fn question(subject: &Value, action: &str, resource: &Value) -> Value {
    json!({"subject": subject, "action": {"name": action}, "resource": resource})
}

/// A decision as it is given to whoever may not have it explained.
fn decided(decision: bool, revision: &str) -> Value {
    json!({"decision": decision, "context": {"revision": revision}})
}

/// A denial of what is not there, or of nothing that the caller may know of.
fn not_there() -> Value {
    let message = "There is no such resource, or you may not know of it.";
    json!({"decision": false, "context": {"error": {"status": 404, "code": "not_found", "message": message}}})
}

/// Gives somebody a role on one of an application's resources.
async fn assign(owner: &Actor, organization: &str, principal: &Value, role: &str, kind: &str, id: &str) {
    let body = json!({"principal": principal, "role": role, "resource": {"type": kind, "id": id}});
    owner.post(&of(organization, "role-assignments"), body).await.ok(201);
}
