use polity_testkit::{json, roles};

use super::{Case, Need, change, read, seen};

pub const CASES: &[Case] = &[
    seen("list_roles"),
    Case {
        body: Some(|_, _| json!({"title": "Support", "permissions": ["members.read"]})),
        success: 201,
        ..change("create_role", "roles.create", &["role.created"])
    },
    Case { need: Need::Role, ..seen("get_role") },
    Case {
        need: Need::Role,
        body: Some(|_, _| json!({"description": "Answers customers"})),
        ..change("update_role", "roles.update", &["role.updated"])
    },
    Case { need: Need::Role, success: 204, ..change("delete_role", "roles.delete", &["role.deleted"]) },
    Case {
        need: Need::Role,
        body: Some(|_, _| json!({"title": "Support of the north"})),
        success: 201,
        ..change("clone_role", "roles.create", &["role.created"])
    },
    Case { need: Need::Role, ..read("list_role_holders", "role_assignments.read") },
    seen("list_permissions"),
    Case { need: Need::Permission, ..seen("get_permission") },
    Case {
        body: Some(|_, _| json!({"name": "documents.publish", "description": "Publish", "danger": "WRITE"})),
        success: 201,
        ..change("create_permission", "permissions.register", &["permission.registered"])
    },
    read("list_role_assignments", "role_assignments.read"),
    Case {
        need: Need::Member,
        body: Some(
            |_, member| json!({"principal": {"type": "user", "id": member.id}, "role": roles::BILLING}),
        ),
        success: 201,
        ..change("create_role_assignment", "role_assignments.create", &["role_assignment.created"])
    },
    Case { need: Need::Assignment, ..read("get_role_assignment", "role_assignments.read") },
    Case {
        need: Need::Assignment,
        success: 204,
        ..change("delete_role_assignment", "role_assignments.delete", &["role_assignment.deleted"])
    },
    Case {
        need: Need::Assignment,
        body: Some(|_, assignment| {
            let principal = json!({"type": "user", "id": assignment.other});
            json!({"create": [{"principal": principal, "role": roles::MEMBER}]})
        }),
        ..change("batch_role_assignments", "role_assignments.create", &["role_assignment.created"])
    },
    Case {
        body: Some(
            |acme, _| json!({"principal": {"type": "user", "id": acme.owner.user_id}, "permission": "members.read"}),
        ),
        ..read("check_access", "access.check")
    },
    Case {
        body: Some(|acme, _| {
            let principal = json!({"type": "user", "id": acme.owner.user_id});
            json!({"checks": [{"principal": principal, "permission": "members.read"}]})
        }),
        ..read("batch_check_access", "access.check")
    },
    Case {
        body: Some(
            |acme, _| json!({"principal": {"type": "user", "id": acme.owner.user_id}, "permission": "members.add"}),
        ),
        ..read("explain_access", "access.explain")
    },
    Case {
        body: Some(|acme, _| json!({"principal": {"type": "user", "id": acme.owner.user_id}})),
        ..read("list_effective_permissions", "access.check")
    },
    Case {
        body: Some(|_, _| json!({"permission": "members.read"})),
        ..read("list_access_principals", "access.check")
    },
    Case {
        body: Some(|acme, _| {
            let principal = json!({"type": "user", "id": acme.owner.user_id});
            json!({"principal": principal, "permission": "members.read", "resource_type": "organization"})
        }),
        ..read("list_access_resources", "access.check")
    },
    Case {
        body: Some(|_, _| json!({"from_time": "2000-01-01T00:00:00Z"})),
        ..read("diff_access", "access.explain")
    },
    read("list_unused_access", "access.explain"),
    read("get_access_bundle", "access.bundle"),
    // One that goes on would never end.
    Case { query: "?follow=false", ..read("follow_access_events", "access.bundle") },
];
