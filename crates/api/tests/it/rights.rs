//! What tests of rights share.

use std::fmt::Write as _;

use futures::future::join_all;
use polity_testkit::{Actor, Answer, Value, World, json};

/// The path of something of an organization.
pub fn of(organization: &str, what: &str) -> String {
    format!("/api/v1/organizations/{organization}/{what}")
}

/// The path of a member.
pub fn member(organization: &str, actor: &Actor) -> String {
    of(organization, &format!("members/{}", actor.user_id))
}

/// The id in a body.
pub fn id(body: &Value) -> String {
    body["id"].as_str().expect("an id").to_owned()
}

/// A text as the value of a parameter in a query.
pub fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "%{byte:02x}");
        encoded
    })
}

/// Makes a child, and gives its id.
pub async fn child(actor: &Actor, parent: &str, title: &str) -> String {
    id(&actor.post(&of(parent, "children"), json!({"title": title})).await.ok(201))
}

/// Makes a custom role, and gives its id.
pub async fn role(actor: &Actor, organization: &str, title: &str, permissions: &[&str]) -> String {
    let body = json!({"title": title, "permissions": permissions});
    id(&actor.post(&of(organization, "roles"), body).await.ok(201))
}

/// Registers an application's permission.
pub async fn permission(actor: &Actor, organization: &str, name: &str, danger: &str) {
    let body = json!({"name": name, "description": "An application's own", "danger": danger});
    actor.post(&of(organization, "permissions"), body).await.ok(201);
}

/// A key of an organization, as an actor and by its id.
pub async fn key(world: &World, actor: &Actor, organization: &str, permissions: &[&str]) -> (Actor, String) {
    let body = json!({"title": "key", "permissions": permissions});
    let made = actor.post(&of(organization, "api-keys"), body).await.ok(201);
    (world.with(Some(format!("Api-Key {}", made["secret"].as_str().expect("a secret")))), id(&made))
}

/// The ids of the roles that a member holds directly.
pub async fn direct_roles(actor: &Actor, organization: &str, of_whom: &Actor) -> Vec<String> {
    let shown = actor.get(&member(organization, of_whom)).await.ok(200);
    let roles = shown["roles"].as_array().expect("roles").iter().filter(|role| role["inherited"] == false);
    let name = |role: &Value| role["role"].as_str().expect("a name").rsplit('/').next().map(str::to_owned);
    let mut ids: Vec<_> = roles.filter_map(name).collect();
    ids.sort();
    ids
}

/// The code of each answer, or its status where it has none.
pub fn codes(answers: &[Answer]) -> Vec<String> {
    let code =
        |answer: &Answer| answer.body["code"].as_str().map_or(answer.status.to_string(), str::to_owned);
    let mut codes: Vec<_> = answers.iter().map(code).collect();
    codes.sort();
    codes
}

/// Does something so many times at once.
pub async fn at_once<F: Future<Output = Answer>>(times: usize, each: impl Fn(usize) -> F) -> Vec<Answer> {
    join_all((0..times).map(each)).await
}

/// How many lasting owners an organization has, as an outsider with the database would count them.
pub async fn owners(actor: &Actor, organization: &str) -> usize {
    let path = of(organization, &format!("members?filter=role={}", polity_testkit::roles::OWNER));
    let list = actor.get(&path).await.ok(200);
    let members = list["members"].as_array().expect("members");
    members.iter().filter(|member| member.get("expire_time").is_none()).count()
}

/// The tables say what the ledgers say, and the ledgers are whole.
pub async fn assert_sound(world: &World) {
    for tree in world.app.store.tree_ids().await.expect("the trees are listed") {
        let report = world.app.store.verify_tree(tree, |_| {}).await.expect("the tree is read");
        let report = report.expect("the tree is there");
        assert!(report.problems.is_empty(), "{tree}: {:#?}", report.problems);
    }
}

/// The whole answer, but for what tells one request from another.
pub fn without_request_id(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let id = answer.header("x-request-id");
    assert!(!id.is_empty(), "every answer has the request's id");
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let mut headers: Vec<_> = headers.filter(|(name, _)| name != "x-request-id" && name != "date").collect();
    headers.sort();
    (answer.status, answer.text.replace(id, "…"), headers)
}
