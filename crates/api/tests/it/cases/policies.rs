use polity_testkit::json;

use super::{Case, Need, change, read};

/// Forbids what nobody of the coverage does.
const TEXT: &str = r#"forbid (principal is ApiKey, action == Action::"organizations.delete", resource);"#;

pub const CASES: &[Case] = &[
    read("list_policies", "policies.read"),
    Case {
        body: Some(|_, _| json!({"title": "No key deletes", "mode": "SHADOW", "text": TEXT})),
        success: 201,
        ..change("create_policy", "policies.create", &["policy.created"])
    },
    Case { need: Need::Policy, ..read("get_policy", "policies.read") },
    Case {
        need: Need::Policy,
        body: Some(|_, _| json!({"title": "Watched"})),
        ..change("update_policy", "policies.update", &["policy.updated"])
    },
    Case {
        need: Need::Policy,
        success: 204,
        ..change("delete_policy", "policies.delete", &["policy.deleted"])
    },
    Case { body: Some(|_, _| json!({"text": TEXT})), ..read("test_policy", "policies.read") },
];
