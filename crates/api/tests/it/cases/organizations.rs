use polity_testkit::json;

use super::{Case, Gets, Need, change, everybody, public, read, seen};

pub const CASES: &[Case] = &[
    public("list_regions"),
    seen("list_linked_accounts"),
    Case {
        body: Some(|_, _| json!({"accountName": "Production"})),
        member: Gets::Refusal(400, "permission_denied"),
        ..change(
            "create_linked_account",
            "organizations.create",
            &["member.added", "organization.created", "role_assignment.created"],
        )
    },
    everybody("list_organizations"),
    everybody("list_my_organizations"),
    Case {
        body: Some(|_, _| json!({"title": "Gamma"})),
        success: 201,
        events: &["member.added", "organization.created", "role_assignment.created"],
        ..everybody("create_organization")
    },
    seen("get_organization"),
    Case {
        body: Some(|_, _| json!({"title": "Acme and sons"})),
        ..change("update_organization", "organizations.update", &["organization.updated"])
    },
    Case {
        need: Need::Child,
        success: 204,
        ..change("delete_organization", "organizations.delete", &["organization.deleted"])
    },
    Case {
        need: Need::DeletedChild,
        ..change("undelete_organization", "organizations.delete", &["organization.undeleted"])
    },
    Case {
        need: Need::Child,
        body: Some(|_, _| json!({"reason": "unpaid"})),
        ..change("suspend_organization", "organizations.suspend", &["organization.suspended"])
    },
    Case {
        need: Need::SuspendedChild,
        ..change("resume_organization", "organizations.suspend", &["organization.resumed"])
    },
    // To the top level: the ledger that it leaves says so, and one of its own begins.
    Case {
        need: Need::Child,
        body: Some(|_, _| json!({"parent": null})),
        ..change("move_organization", "organizations.move", &["organization.joined", "organization.left"])
    },
    seen("list_child_organizations"),
    Case {
        body: Some(|_, _| json!({"title": "Works"})),
        success: 201,
        ..change(
            "create_child_organization",
            "organizations.create",
            &["member.added", "organization.created", "role_assignment.created"],
        )
    },
    Case {
        need: Need::Child,
        ..change(
            "unlink_child_organization",
            "organizations.unlink",
            &["organization.joined", "organization.left"],
        )
    },
    Case {
        need: Need::Child,
        ..change("unlink_account", "organizations.unlink", &["organization.joined", "organization.left"])
    },
    seen("list_ancestor_organizations"),
    seen("list_descendant_organizations"),
    seen("get_organization_tree"),
    read("get_audit_checkpoint", "audit.read"),
    Case { query: "?from=1", ..read("get_audit_consistency_proof", "audit.read") },
    Case { query: "?leaf_index=0", ..read("get_audit_inclusion_proof", "audit.read") },
    read("list_audit_events", "audit.read"),
    read("list_user_actions", "audit.read"),
    Case {
        need: Need::Action,
        body: Some(|_, action| json!({"event_id": action.id, "action": action.id, "target": "doc-1"})),
        success: 201,
        ..change("create_audit_event", "audit.record", &["custom.recorded"])
    },
    read("list_access_log", "access_log.read"),
    read("list_consumption", "consumption.read"),
    Case {
        body: Some(|_, _| json!({"events": [{"event_id": "1", "meter": "documents", "quantity": 1}]})),
        ..read("record_consumption", "consumption.record")
    },
    read("list_audit_actions", "audit.read"),
    Case { need: Need::Action, ..read("get_audit_action", "audit.read") },
    Case { body: Some(|_, _| json!({"format": "NDJSON"})), ..read("export_audit_events", "audit.read") },
    Case {
        body: Some(|_, _| json!({"name": "documents.read", "description": "Read", "crud": "READ"})),
        success: 201,
        ..change("create_audit_action", "audit.record", &["audit_action.registered"])
    },
    Case { need: Need::Event, ..read("get_audit_event", "audit.read") },
    Case { member: Gets::Success, ..everybody("get_me") },
];
