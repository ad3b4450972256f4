use polity_testkit::{Value, json};

use super::{Acme, Case, Gets, everybody, public, read};

/// A question about Acme's owner there. A stranger is told that there is no such organization, in an answer.
const fn asked(operation: &'static str, body: super::Body) -> Case {
    Case { body: Some(body), stranger: Gets::Success, ..read(operation, "access.check") }
}

fn owner(acme: &Acme<'_>) -> Value {
    json!({"type": "user", "id": acme.owner.user_id})
}

fn organization(acme: &Acme<'_>) -> Value {
    json!({"type": "organization", "id": acme.id})
}

pub const CASES: &[Case] = &[
    public("get_authzen_configuration"),
    asked(
        "evaluate_access",
        |acme, _| json!({"subject": owner(acme), "action": {"name": "members.read"}, "resource": organization(acme)}),
    ),
    // What somebody may not ask is denied among the others' answers.
    Case {
        body: Some(|acme, _| {
            let evaluations = json!([{"resource": organization(acme)}]);
            json!({"subject": owner(acme), "action": {"name": "members.read"}, "evaluations": evaluations})
        }),
        ..everybody("evaluate_access_all")
    },
    asked(
        "search_subjects",
        |acme, _| json!({"subject": {"type": "user"}, "action": {"name": "members.read"}, "resource": organization(acme)}),
    ),
    asked("search_resources", |acme, _| {
        let sort = json!({"type": "organization", "properties": {"organization_id": acme.id}});
        json!({"subject": owner(acme), "action": {"name": "members.read"}, "resource": sort})
    }),
    asked("search_actions", |acme, _| json!({"subject": owner(acme), "resource": organization(acme)})),
];
