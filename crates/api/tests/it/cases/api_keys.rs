use polity_testkit::json;

use super::{Case, Need, change, everybody, read};

pub const CASES: &[Case] = &[
    read("list_api_keys", "api_keys.read"),
    Case {
        body: Some(|_, _| json!({"title": "Robot", "permissions": ["members.read"]})),
        success: 201,
        ..change("create_api_key", "api_keys.create", &["api_key.created"])
    },
    Case { need: Need::Key, ..read("get_api_key", "api_keys.read") },
    Case {
        need: Need::Key,
        body: Some(|_, _| json!({"title": "Old robot"})),
        ..change("update_api_key", "api_keys.update", &["api_key.updated"])
    },
    Case {
        need: Need::Key,
        success: 204,
        ..change("delete_api_key", "api_keys.revoke", &["api_key.revoked"])
    },
    Case {
        need: Need::Key,
        body: Some(|_, _| json!({})),
        ..change("rotate_api_key", "api_keys.update", &["api_key.rotated"])
    },
    Case {
        need: Need::RotatedKey,
        ..change("retire_old_api_key_secret", "api_keys.update", &["api_key.secret_retired"])
    },
    Case {
        need: Need::Key,
        body: Some(|_, _| json!({"reason": "LEAKED"})),
        ..change("revoke_api_key", "api_keys.revoke", &["api_key.revoked"])
    },
    // Whoever may not know of the key is told that it is not valid.
    Case { need: Need::Key, body: Some(|_, key| json!({"key": key.secret})), ..everybody("verify_api_key") },
];
