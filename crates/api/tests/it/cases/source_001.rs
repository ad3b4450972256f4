use polity_testkit::json;

use super::{Case, Need, change, read, seen};

pub const CASES: &[Case] = &[
    seen("get_org"),
    Case {
        body: Some(|_, _| json!({"name": "Updated Organization Name"})),
        ..change("update_org", "organizations.update", &["organization.updated"])
    },
    // As a child: Acme itself is needed by those who come after.
    Case { need: Need::Child, ..change("delete_org", "organizations.delete", &["organization.deleted"]) },
    read("get_org_access_log", "access_log.read"),
    read("get_org_children_audit", "audit.read"),
    read("get_org_consumption", "consumption.read"),
    seen("get_org_customizations"),
    Case {
        body: Some(|_, _| json!({"customizations": {"branding_color": "#336699"}})),
        ..change("put_org_customizations", "customizations.update", &["customizations.updated"])
    },
    read("list_org_api_keys", "api_keys.read"),
    Case {
        body: Some(|_, _| json!({"name": "CI", "permissions": ["members.read"]})),
        ..change("create_org_api_key", "api_keys.create", &["api_key.created"])
    },
    Case { need: Need::Key, ..change("delete_org_api_key", "api_keys.revoke", &["api_key.revoked"]) },
    seen("list_org_tags"),
    Case {
        body: Some(|_, _| json!({"name": "Night shift"})),
        ..change("create_org_tag", "tags.create", &["tag.created"])
    },
    seen("list_org_children"),
];
