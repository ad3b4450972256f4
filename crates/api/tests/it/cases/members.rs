use polity_testkit::{json, roles};

use super::{By, Case, Gets, NOT_FOUND, Need, change, seen};

/// Only the two whom it concerns know of an offer, and the owners.
const BETWEEN_TWO: Gets = NOT_FOUND;

pub const CASES: &[Case] = &[
    seen("list_members"),
    Case {
        need: Need::Person,
        body: Some(|_, person| json!({"user": person.id, "roles": [roles::READER, roles::BILLING]})),
        success: 201,
        ..change(
            "add_member",
            "members.add",
            &["member.added", "role_assignment.created", "role_assignment.created"],
        )
    },
    Case { need: Need::Member, ..seen("get_member") },
    seen("list_users"),
    Case { need: Need::Member, ..seen("get_user") },
    Case {
        need: Need::Member,
        body: Some(|_, _| json!({"title": "Head of support", "roles": [roles::MEMBER]})),
        ..change(
            "update_member",
            "members.update",
            &["member.updated", "role_assignment.created", "role_assignment.deleted"],
        )
    },
    Case {
        need: Need::Member,
        success: 204,
        ..change("delete_member", "members.remove", &["member.removed", "role_assignment.deleted"])
    },
    Case {
        need: Need::Member,
        body: Some(|_, member| json!({"members": [{"user": member.id, "title": "Clerk"}]})),
        ..change("batch_update_members", "members.update", &["member.updated"])
    },
    Case {
        need: Need::Member,
        body: Some(|_, member| json!({"users": [member.id]})),
        ..change("batch_delete_members", "members.remove", &["member.removed", "role_assignment.deleted"])
    },
    Case {
        need: Need::Member,
        by: By::Subject,
        success: 204,
        member: Gets::Success,
        ..change("leave_organization", "", &["member.removed", "role_assignment.deleted"])
    },
    Case { need: Need::Member, ..seen("list_member_permissions") },
    seen("list_ownership_transfers"),
    Case {
        need: Need::Member,
        body: Some(|_, member| json!({"user": member.id})),
        success: 201,
        ..change("create_ownership_transfer", "ownership.transfer", &["ownership_transfer.created"])
    },
    Case { need: Need::Transfer, member: BETWEEN_TWO, ..seen("get_ownership_transfer") },
    Case {
        need: Need::Transfer,
        by: By::Subject,
        member: BETWEEN_TWO,
        ..change("decline_ownership_transfer", "", &["ownership_transfer.ended"])
    },
    Case {
        need: Need::Transfer,
        ..change("cancel_ownership_transfer", "ownership.transfer", &["ownership_transfer.ended"])
    },
    // Its success makes the owner an administrator: the ledger's test plays it last.
    Case {
        need: Need::Transfer,
        by: By::Subject,
        member: BETWEEN_TWO,
        ..change(
            "accept_ownership_transfer",
            "",
            &[
                "ownership_transfer.ended",
                "role_assignment.created",
                "role_assignment.created",
                "role_assignment.deleted",
            ],
        )
    },
];
