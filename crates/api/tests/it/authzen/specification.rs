//! What the specification prints (openid/authzen, `api/authorization-api-1_0.md`; `specification.json` holds its examples word
//! for word): each request is played, and each body compared whole. Its types and actions are registered as an application's,
//! its people are members, and stand in it by the ids that they have here.

use polity_testkit::{Actor, Value, World, json, on_each, roles};

use super::{
    ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, assign, decided, pep, question, revision, user,
};
use crate::rights::{id, of, permission, role};

const PRINTED: &str = include_str!("specification.json");

struct Example {
    printed: Value,
    olga: Actor,
    acme: String,
    alice: Actor,
    bob: Actor,
    pep: Actor,
    reader: String,
}

/// Alice may read accounts 123 and 456 and write 123; Bob reads 123 by a group. She may read documents 1 and 3, `boxcarring.md`
/// and `resource-search.md`, and todo 1.
async fn found(world: &World) -> Example {
    let (olga, acme) = world.tenant("Acme", "olga").await;
    let reads = ["account.can_read", "book.can_read", "document.can_read", "document.read", "todo.can_read"];
    for name in reads.into_iter().chain(["account.can_write", "document.can_edit"]) {
        permission(&olga, &acme, name, "WRITE").await;
    }
    let nothing = role(&olga, &acme, "Nothing", &[]).await;
    let alice = world.join(&olga, &acme, "alice", &nothing).await;
    let bob = world.join(&olga, &acme, "bob", &nothing).await;
    let reader = role(&olga, &acme, "Reads", &reads).await;
    let writer = role(&olga, &acme, "Writes", &["account.can_write"]).await;
    let who = user(&alice);
    for (kind, on) in [
        ("account", "123"),
        ("account", "456"),
        ("document", "1"),
        ("document", "3"),
        ("document", "boxcarring.md"),
        ("document", "resource-search.md"),
        ("todo", "1"),
    ] {
        assign(&olga, &acme, &who, &reader, kind, on).await;
    }
    assign(&olga, &acme, &who, &writer, "account", "123").await;
    let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Readers"})).await.ok(201));
    let members = of(&acme, &format!("groups/{group}/members"));
    olga.post(&members, json!({"principal": user(&bob)})).await.ok(201);
    assign(&olga, &acme, &json!({"type": "group", "id": group}), &reader, "account", "123").await;
    let pep = pep(world, &olga, &acme).await;
    let named = PRINTED.replace("alice@example.com", &alice.user_id).replace("bob@example.com", &bob.user_id);
    let printed = serde_json::from_str(&named).unwrap();
    Example { printed, olga, acme, alice, bob, pep, reader }
}

impl Example {
    fn request(&self, name: &str) -> Value {
        assert!(self.printed[name]["request"].is_object(), "{name} is printed");
        self.printed[name]["request"].clone()
    }

    /// The decisions of a printed answer, each with Polity's context.
    fn decisions(&self, name: &str, revision: &str) -> Value {
        let printed = self.printed[name]["response"]["evaluations"].as_array().unwrap().iter();
        let all: Vec<_> = printed.map(|one| decided(one["decision"].as_bool().unwrap(), revision)).collect();
        json!({"evaluations": all})
    }

    fn results(&self, name: &str) -> Value {
        self.printed[name]["response"]["results"].clone()
    }
}

#[tokio::test]
async fn the_entities_of_the_information_model_are_taken_as_they_are_printed() {
    on_each(async |world| {
        let example = found(world).await;
        assign(&example.olga, &example.acme, &user(&example.alice), &example.reader, "book", "123").await;
        let at = revision(world, &example.acme).await;
        let list = |name: &str| example.printed[name].as_array().unwrap().clone();
        let mut played = 0;
        for subject in list("subjects") {
            for resource in list("resources") {
                for action in list("actions") {
                    for context in list("contexts") {
                        let asked = json!({"subject": subject, "resource": resource, "action": action, "context": context});
                        let answer = example.pep.post(EVALUATION, asked).await.ok(200);
                        if action["name"] == "can_read" {
                            assert_eq!(answer, decided(true, &at));
                        } else {
                            // No permission has such a name.
                            assert_eq!(answer["decision"], false);
                            assert_eq!(answer["context"]["error"]["code"], "unknown_permission");
                            assert_eq!(answer["context"]["error"]["field"], "/action/name");
                        }
                        played += 1;
                    }
                }
            }
        }
        assert_eq!(played, 24);
    })
    .await;
}

#[tokio::test]
async fn the_evaluations_are_answered_as_they_are_printed() {
    on_each(async |world| {
        let example = found(world).await;
        let at = revision(world, &example.acme).await;
        let pep = &example.pep;
        let one = pep.post(EVALUATION, example.printed["evaluation"].clone()).await.ok(200);
        assert_eq!(one, decided(true, &at));
        let todo = pep.post(EVALUATION, example.request("http_evaluation")).await.ok(200);
        assert_eq!(example.printed["http_evaluation"]["response"], json!({"decision": true}));
        assert_eq!(todo, decided(true, &at));
        // Three times the same three documents; in the last one the third is to be edited.
        let allowed = [[true, false, true], [true, false, true], [true, false, false]];
        for (number, allowed) in allowed.into_iter().enumerate() {
            let asked = example.printed["evaluations"][number].clone();
            let all: Vec<_> = allowed.into_iter().map(|allowed| decided(allowed, &at)).collect();
            assert_eq!(pep.post(EVALUATIONS, asked).await.ok(200), json!({"evaluations": all}), "{number}");
        }
        for name in ["http_evaluations", "execute_all", "deny_on_first_deny", "permit_on_first_permit"] {
            let answer = pep.post(EVALUATIONS, example.request(name)).await.ok(200);
            assert_eq!(answer, example.decisions(name, &at), "{name}");
        }
        // The example of `options` has no action: that must be 400.
        let lacking = pep.post(EVALUATIONS, example.printed["evaluations_options"].clone()).await;
        assert_eq!(lacking.problem(400, "missing_field")["errors"][0]["field"], "/evaluations/0/action");
        let mut whole = example.printed["evaluations_options"].clone();
        whole["action"] = json!({"name": "document.read"});
        let denied = pep.post(EVALUATIONS, whole).await.ok(200);
        assert_eq!(denied["evaluations"].as_array().unwrap().len(), 1, "another option is ignored");
    })
    .await;
}

#[tokio::test]
async fn a_single_request_is_answered_by_both_endpoints_alike() {
    on_each(async |world| {
        let example = found(world).await;
        let asked = example.printed["evaluation"].clone();
        let alone = example.pep.post(EVALUATION, asked.clone()).await.ok(200);
        for empty in [None, Some(json!([])), Some(Value::Null)] {
            let mut several = asked.clone();
            if let Some(empty) = empty {
                several["evaluations"] = empty;
            }
            several["options"] = json!({"evaluations_semantic": "permit_on_first_permit"});
            assert_eq!(example.pep.post(EVALUATIONS, several).await.ok(200), alone);
        }
    })
    .await;
}

#[tokio::test]
async fn the_searches_are_answered_as_they_are_printed() {
    on_each(async |world| {
        let example = found(world).await;
        let at = revision(world, &example.acme).await;
        let context = json!({"revision": at});
        for name in ["subject_search", "http_subject_search"] {
            let answer = example.pep.post(SUBJECT, example.request(name)).await.ok(200);
            // And the owner, who may do everything.
            let mut everybody = example.results(name).as_array().unwrap().clone();
            assert_eq!(everybody, [user(&example.alice), user(&example.bob)]);
            everybody.push(user(&example.olga));
            everybody.sort_by_key(|one| one["id"].to_string());
            let page = json!({"next_token": "", "count": 3, "total": 3});
            assert_eq!(answer, json!({"page": page, "context": context, "results": everybody}), "{name}");
        }
        for name in ["resource_search", "http_resource_search"] {
            let answer = example.pep.post(RESOURCE, example.request(name)).await.ok(200);
            let page = json!({"next_token": "", "count": 2});
            let results = example.results(name);
            assert_eq!(results, json!([{"type": "account", "id": "123"}, {"type": "account", "id": "456"}]));
            assert_eq!(answer, json!({"page": page, "context": context, "results": results}), "{name}");
        }
        for name in ["action_search", "http_action_search"] {
            let answer = example.pep.post(ACTION, example.request(name)).await.ok(200);
            // By the permissions' names, and with all else that the role allows there.
            let printed = example.results(name);
            assert_eq!(printed, json!([{"name": "can_read"}, {"name": "can_write"}]));
            let names = ["account.can_read", "account.can_write", "book.can_read", "document.can_read"];
            let all = names.into_iter().chain(["document.read", "todo.can_read"]);
            let results: Vec<_> = all.map(|name| json!({"name": name})).collect();
            let page = json!({"next_token": "", "count": 6, "total": 6});
            assert_eq!(answer, json!({"page": page, "context": context, "results": results}), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_turned_as_it_is_printed_and_the_limit_need_not_be_said_again() {
    on_each(async |world| {
        let example = found(world).await;
        assign(&example.olga, &example.acme, &user(&example.alice), &example.reader, "account", "789").await;
        let at = revision(world, &example.acme).await;
        let first = example.pep.post(RESOURCE, example.request("first_page")).await.ok(200);
        let token = first["page"]["next_token"].as_str().unwrap();
        assert!(!token.is_empty());
        let page = json!({"next_token": token, "count": 2});
        let results = example.results("first_page");
        assert_eq!(results.as_array().unwrap().len(), 2);
        assert_eq!(first, json!({"page": page, "context": {"revision": at}, "results": results}));
        let mut next = example.request("second_page");
        assert_eq!(next["page"], json!({"token": "a3M9NDU2O3N6PTI="}));
        next["page"]["token"] = json!(token);
        let second = example.pep.post(RESOURCE, next).await.ok(200);
        let page = json!({"next_token": "", "count": 1});
        let results = example.results("second_page");
        assert_eq!(results, json!([{"type": "account", "id": "789"}]));
        assert_eq!(second, json!({"page": page, "context": {"revision": at}, "results": results}));
    })
    .await;
}

#[tokio::test]
async fn whatever_a_search_finds_is_allowed_when_it_is_asked_and_nothing_else() {
    on_each(async |world| {
        let example = found(world).await;
        let north =
            id(&example.olga.post(&of(&example.acme, "children"), json!({"title": "North"})).await.ok(201));
        let max = world.join(&example.olga, &north, "max", roles::ADMIN).await;
        let allowed = async |question: Value| {
            example.olga.post(EVALUATION, question).await.ok(200)["decision"].as_bool().unwrap()
        };
        let here = json!({"organization_id": north});
        let account = json!({"type": "account", "id": "123", "properties": here});
        let action = json!({"name": "can_read"});
        let asked = json!({"subject": {"type": "user"}, "action": action, "resource": account});
        let subjects = example.olga.post(SUBJECT, asked).await.ok(200)["results"].as_array().unwrap().clone();
        assert!(subjects.contains(&user(&max)));
        for actor in [&example.olga, &example.alice, &example.bob, &max] {
            let found = subjects.contains(&user(actor));
            assert_eq!(allowed(question(&user(actor), "can_read", &account)).await, found);
        }
        let workspace =
            id(&example.olga.post(&of(&north, "workspaces"), json!({"title": "One"})).await.ok(201));
        let sort = json!({"type": "workspace", "properties": {"organization_id": example.acme}});
        let asked = question(&user(&example.olga), "workspaces.read", &sort);
        let found = example.olga.post(RESOURCE, asked).await.ok(200)["results"].as_array().unwrap().clone();
        assert_eq!(found, [json!({"type": "workspace", "id": workspace, "properties": here})]);
        assert!(allowed(question(&user(&example.olga), "workspaces.read", &found[0])).await, "as it is");
        let asked = json!({"subject": user(&max), "resource": account});
        let actions = example.olga.post(ACTION, asked).await.ok(200)["results"].as_array().unwrap().clone();
        assert!(actions.len() > 5);
        for action in &actions {
            assert!(allowed(json!({"subject": user(&max), "action": action, "resource": account})).await);
        }
        assert!(!actions.contains(&json!({"name": "organizations.delete"})));
        assert!(!allowed(question(&user(&max), "organizations.delete", &account)).await);
    })
    .await;
}
