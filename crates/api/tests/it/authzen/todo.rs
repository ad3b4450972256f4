//! The Todo scenario with which decision points are tried against each other (openid/authzen,
//! `interop/authzen-todo-backend/test/decisions-authorization-api-1_0-02.json`), word for word in `todo.json`. Its policy is
//! three roles and the ownership of each todo: a role on that todo.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Value, json, on_each};

use super::{EVALUATION, EVALUATIONS, assign, decided, pep, revision, user};
use crate::rights::{permission, role};

const SCENARIO: &str = include_str!("todo.json");

/// Of the scenario's people how their ids begin, what they are called here and what they are.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("CiRmZDA2", "rick", "Admin of todos"),
    ("CiRmZDE2", "morty", "Editor"),
    ("CiRmZDI2", "summer", "Editor"),
    ("CiRmZDM2", "beth", "Viewer"),
    ("CiRmZDQ2", "jerry", "Viewer"),
];

const VIEW: [&str; 2] = ["user.can_read_user", "todo.can_read_todos"];
const CHANGE: [&str; 2] = ["todo.can_update_todo", "todo.can_delete_todo"];

/// The request with the person whom it is about by their id here.
fn asked(request: &Value, people: &BTreeMap<&str, Actor>) -> Value {
    let mut asked = request.clone();
    let theirs = request["subject"]["id"].as_str().unwrap();
    let (_, actor) = people.iter().find(|(id, _)| theirs.starts_with(**id)).expect("one of the five");
    asked["subject"]["id"] = json!(actor.user_id);
    asked
}

#[tokio::test]
async fn the_todo_scenario_is_decided_as_every_decision_point_decides_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Citadel", "olga").await;
        for name in VIEW.iter().chain(&CHANGE).chain(&["todo.can_create_todo"]) {
            permission(&olga, &acme, name, "WRITE").await;
        }
        let editor = [&VIEW[..], &["todo.can_create_todo"]].concat();
        let roles = BTreeMap::from([
            ("Viewer", role(&olga, &acme, "Viewer of todos", &VIEW).await),
            ("Editor", role(&olga, &acme, "Editor", &editor).await),
            (
                "Admin of todos",
                role(&olga, &acme, "Admin of todos", &[&editor[..], &CHANGE[..]].concat()).await,
            ),
        ]);
        let own = role(&olga, &acme, "Owner of a todo", &CHANGE).await;
        let mut people = BTreeMap::new();
        for (id, name, is) in PEOPLE {
            people.insert(id, world.join(&olga, &acme, name, &roles[is]).await);
        }
        for (id, todo) in [("CiRmZDE2", "91"), ("CiRmZDI2", "93")] {
            let todo = format!("7240d0db-8ff0-41ec-98b2-34a096273b{todo}");
            assign(&olga, &acme, &user(&people[id]), &own, "todo", &todo).await;
        }
        let pep = pep(world, &olga, &acme).await;
        let at = revision(world, &acme).await;
        let scenario: Value = serde_json::from_str(SCENARIO).unwrap();
        let singles = scenario["evaluation"].as_array().unwrap();
        assert_eq!(singles.len(), 40);
        for one in singles {
            let answer = pep.post(EVALUATION, asked(&one["request"], &people)).await.ok(200);
            assert_eq!(answer, decided(one["expected"].as_bool().unwrap(), &at), "{}", one["request"]);
        }
        let several = scenario["evaluations"].as_array().unwrap();
        assert_eq!(several.len(), 3);
        for one in several {
            let answer = pep.post(EVALUATIONS, asked(&one["request"], &people)).await.ok(200);
            let expected = one["expected"].as_array().unwrap().iter();
            let expected: Vec<_> =
                expected.map(|one| decided(one["decision"].as_bool().unwrap(), &at)).collect();
            assert_eq!(answer, json!({"evaluations": expected}), "{}", one["request"]);
        }
    })
    .await;
}
