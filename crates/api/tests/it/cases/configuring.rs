use polity_testkit::json;

use super::{Case, Gets, Need, change, read, seen};

pub const CASES: &[Case] = &[
    seen("get_organization_preferences"),
    Case {
        body: Some(|_, _| json!({"support_team_access": true})),
        ..change("update_organization_preferences", "preferences.update", &["preferences.updated"])
    },
    seen("get_organization_settings"),
    seen("get_effective_organization_settings"),
    Case {
        body: Some(|_, _| json!({"settings": {"organizations.children_allowed": {"value": true}}})),
        ..change("update_organization_settings", "settings.update", &["settings.updated"])
    },
    seen("get_organization_customizations"),
    Case {
        body: Some(|_, _| json!({"theme": "DARK", "texts": {"welcome": {"en": "Hi"}}})),
        ..change("update_organization_customizations", "customizations.update", &["customizations.updated"])
    },
    Case {
        body: Some(|_, _| json!({"theme": "DARK"})),
        member: Gets::Lacks("customizations.update"),
        ..seen("preview_organization_customizations")
    },
    seen("list_organization_customization_versions"),
    Case {
        need: Need::Customized,
        ..change("rollback_organization_customizations", "customizations.update", &["customizations.updated"])
    },
    read("get_organization_limits", "limits.read"),
    // Its owner has no say above: it is a limit of its own.
    Case {
        body: Some(|_, _| json!({"limits": {"groups": 1000}})),
        ..change("update_organization_limits", "limits.update", &["limits.updated"])
    },
];
