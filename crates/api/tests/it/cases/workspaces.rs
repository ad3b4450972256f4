use polity_testkit::{json, roles};

use super::{Case, NOT_FOUND, Need, change, read, seen};

/// What a bare member holds no role on is not there for them.
const fn hidden(case: Case) -> Case {
    Case { member: NOT_FOUND, ..case }
}

pub const CASES: &[Case] = &[
    // Every member sees the workspaces that they hold a role on: none, for most.
    seen("list_workspaces"),
    seen("list_my_workspaces"),
    Case {
        body: Some(|_, _| json!({"title": "Research"})),
        success: 201,
        ..change("create_workspace", "workspaces.create", &["workspace.created"])
    },
    Case {
        body: Some(|_, _| json!({"workspaces": [{"title": "North"}, {"title": "South"}]})),
        ..change("batch_create_workspaces", "workspaces.create", &["workspace.created", "workspace.created"])
    },
    Case {
        need: Need::Workspace,
        body: Some(|_, workspace| json!({"workspace_ids": [workspace.id]})),
        ..hidden(read("count_workspace_users", ""))
    },
    Case { need: Need::Workspace, ..hidden(read("get_workspace", "")) },
    Case {
        need: Need::Workspace,
        body: Some(|_, _| json!({"description": "What is not for sale yet"})),
        ..hidden(change("update_workspace", "", &["workspace.updated"]))
    },
    Case { need: Need::Workspace, ..hidden(read("get_workspace_preferences", "")) },
    Case {
        need: Need::Workspace,
        body: Some(|_, _| json!({"locale": "de-AT"})),
        ..hidden(change("update_workspace_preferences", "", &["workspace.updated"]))
    },
    Case { need: Need::Workspace, ..hidden(read("get_workspace_settings", "")) },
    Case {
        need: Need::Workspace,
        body: Some(|_, _| json!({"settings": {"invitations.max_ttl_seconds": {"value": 3600}}})),
        ..hidden(change("update_workspace_settings", "", &["workspace.updated"]))
    },
    Case {
        need: Need::Workspace,
        success: 204,
        ..hidden(change("delete_workspace", "", &["workspace.deleted"]))
    },
    Case {
        need: Need::DeletedWorkspace,
        ..change("undelete_workspace", "workspaces.delete", &["workspace.undeleted"])
    },
    Case {
        need: Need::WorkspaceUser,
        body: Some(|_, _| json!({"title": "Another one", "copy_users": true})),
        success: 201,
        ..change("clone_workspace", "workspaces.create", &["role_assignment.created", "workspace.created"])
    },
    Case { need: Need::Workspace, ..hidden(read("list_workspace_roles", "")) },
    Case { need: Need::Workspace, ..hidden(read("list_workspace_invites", "")) },
    Case { need: Need::Workspace, ..hidden(read("list_workspace_users", "")) },
    Case {
        need: Need::Workspace,
        body: Some(|_, workspace| json!({"user": workspace.other, "roles": [roles::WORKSPACE_DEVELOPER]})),
        success: 201,
        ..hidden(change("add_workspace_user", "", &["role_assignment.created"]))
    },
    Case { need: Need::WorkspaceUser, ..hidden(read("get_workspace_user", "")) },
    Case {
        need: Need::WorkspaceUser,
        body: Some(|_, _| json!({"roles": [roles::WORKSPACE_ADMIN]})),
        ..hidden(change("update_workspace_user", "", &["role_assignment.created", "role_assignment.deleted"]))
    },
    Case {
        need: Need::WorkspaceUser,
        success: 204,
        ..hidden(change("delete_workspace_user", "", &["role_assignment.deleted"]))
    },
];
