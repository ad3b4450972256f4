use polity_testkit::json;

use super::{Case, Gets, Need, change, read, seen};

pub const CASES: &[Case] = &[
    seen("get_organization_preferences"),
    Case {
        body: Some(|_, _| json!({"locale": "de-AT"})),
        ..change("update_organization_preferences", "preferences.update", &["preferences.updated"])
    },
    read("list_support_access_grants", "support_access_grants.read"),
    Case {
        need: Need::SupportLetIn,
        body: Some(|_, _| json!({"reason": "Imports stop half way"})),
        success: 201,
        ..change(
            "create_support_access_grant",
            "support_access_grants.create",
            &["support_access_grant.created"],
        )
    },
    Case { need: Need::SupportGrant, ..read("get_support_access_grant", "support_access_grants.read") },
    Case {
        need: Need::SupportGrant,
        success: 204,
        ..change(
            "delete_support_access_grant",
            "support_access_grants.revoke",
            &["support_access_grant.revoked"],
        )
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
