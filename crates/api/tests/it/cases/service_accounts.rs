use polity_testkit::json;

use super::{Case, Need, change, read};

pub const CASES: &[Case] = &[
    read("list_service_accounts", "service_accounts.read"),
    Case {
        body: Some(|_, _| json!({"title": "Robot"})),
        success: 201,
        ..change("create_service_account", "service_accounts.create", &["service_account.created"])
    },
    Case { need: Need::ServiceAccount, ..read("get_service_account", "service_accounts.read") },
    Case {
        need: Need::ServiceAccount,
        body: Some(|_, _| json!({"title": "Old robot"})),
        ..change("update_service_account", "service_accounts.update", &["service_account.updated"])
    },
    Case {
        need: Need::FullServiceAccount,
        success: 204,
        ..change(
            "delete_service_account",
            "service_accounts.delete",
            &[
                "api_key.revoked",
                "group.member_removed",
                "role_assignment.deleted",
                "service_account.deleted",
            ],
        )
    },
    Case {
        need: Need::ServiceAccount,
        ..change("disable_service_account", "service_accounts.update", &["service_account.disabled"])
    },
    Case {
        need: Need::DisabledServiceAccount,
        ..change("enable_service_account", "service_accounts.update", &["service_account.enabled"])
    },
];
