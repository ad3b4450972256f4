use polity_testkit::json;

use super::{Case, Need, change, seen};

pub const CASES: &[Case] = &[
    seen("list_groups"),
    Case {
        body: Some(|_, _| json!({"title": "Support"})),
        success: 201,
        ..change("create_group", "groups.create", &["group.created"])
    },
    Case { need: Need::Group, ..seen("get_group") },
    Case {
        need: Need::Group,
        body: Some(|_, _| json!({"title": "Help desk", "external_id": null})),
        ..change("update_group", "groups.update", &["group.updated"])
    },
    Case {
        need: Need::FullGroup,
        success: 204,
        ..change(
            "delete_group",
            "groups.delete",
            &["group.deleted", "group.member_removed", "role_assignment.deleted"],
        )
    },
    Case { need: Need::Group, ..seen("list_group_members") },
    Case {
        need: Need::Group,
        body: Some(|_, group| json!({"principal": {"type": "user", "id": group.other}})),
        success: 201,
        ..change("add_group_member", "groups.manage_members", &["group.member_added"])
    },
    Case {
        need: Need::Group,
        body: Some(|_, group| json!({"members": [{"principal": {"type": "user", "id": group.other}}]})),
        ..change("batch_add_group_members", "groups.manage_members", &["group.member_added"])
    },
    Case {
        need: Need::FullGroup,
        body: Some(|_, group| json!({"members": [{"principal": {"type": "user", "id": group.other}}]})),
        success: 204,
        ..change("batch_remove_group_members", "groups.manage_members", &["group.member_removed"])
    },
    Case { need: Need::GroupMember, ..seen("get_group_member") },
    Case {
        need: Need::GroupMember,
        success: 204,
        ..change("delete_group_member", "groups.manage_members", &["group.member_removed"])
    },
];
