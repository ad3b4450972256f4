//! Open Cybersecurity Schema Framework 1.3 (<https://schema.ocsf.io/1.3.0/>), category Identity & Access
//! Management: what happens to accounts is an Account Change, to privileges a User Access Management, to
//! memberships a Group Management (the organization is the group), all else an Entity Management.

use serde_json::{Map, Value, json};

use super::super::bodies::AuditEventBody;

const VERSION: &str = "1.3.0";
const CATEGORY: u32 = 3;

/// The event in the framework's terms.
pub fn event(event: &AuditEventBody) -> Value {
    let resource = event.kind.split('.').next().unwrap_or_default();
    let (class, name) = match resource {
        "user" => (3001, "Account Change"),
        "role_assignment" => (3005, "User Access Management"),
        "member" => (3006, "Group Management"),
        _ => (3004, "Entity Management"),
    };
    let (activity, activity_name) = activity(class, event);
    let mut fields = json!({
        "category_uid": CATEGORY,
        "category_name": "Identity & Access Management",
        "class_uid": class,
        "class_name": name,
        "activity_id": activity,
        "activity_name": activity_name,
        "type_uid": class * 100 + activity,
        "severity_id": 1,
        "severity": "Informational",
        "status_id": 1,
        "status": "Success",
        "time": event.time.0.micros().div_euclid(1_000),
        "message": event.description,
        "metadata": {
            "version": VERSION,
            "product": {"name": "Polity", "vendor_name": "Polity", "version": env!("CARGO_PKG_VERSION")},
            "uid": event.id,
            "sequence": event.revision,
            "log_name": "audit",
            "event_code": event.action,
            "tenant_uid": event.tree_id,
            "correlation_uid": event.request_id,
        },
        "actor": actor(event),
    });
    let Value::Object(all) = &mut fields else { return fields };
    if let Some(address) = &event.ip_address {
        all.insert("src_endpoint".to_owned(), json!({"ip": address}));
    }
    if let Some(agent) = &event.user_agent {
        all.insert("http_request".to_owned(), json!({"user_agent": agent, "uid": event.request_id}));
    }
    about(class, resource, event, all);
    all.insert(
        "unmapped".to_owned(),
        json!({
            "kind": event.kind,
            "organization": event.organization,
            "support_access_grant": event.support_access_grant,
            "before": event.before,
            "after": event.after,
        }),
    );
    fields
}

/// What the class wants to know of.
fn about(class: u32, resource: &str, event: &AuditEventBody, all: &mut Map<String, Value>) {
    let resource_json = event.after.as_ref().or(event.before.as_ref());
    let text =
        |pointer: &str| resource_json.and_then(|json| json.pointer(pointer)).cloned().unwrap_or_default();
    let target = event.target.clone().unwrap_or_else(|| event.organization.clone());
    match class {
        3001 => {
            let user = json!({"uid": target, "name": text("/display_name"), "email_addr": text("/email")});
            all.insert("user".to_owned(), user);
        }
        3005 => {
            let user = json!({"uid": text("/principal/id"), "type": text("/principal/type")});
            all.insert("user".to_owned(), user);
            all.insert("privileges".to_owned(), json!([text("/role_id")]));
        }
        3006 => {
            all.insert("user".to_owned(), json!({"uid": target}));
            all.insert("group".to_owned(), json!({"uid": event.organization, "type": "organization"}));
        }
        _ => {
            all.insert("entity".to_owned(), json!({"uid": target, "type": resource}));
        }
    }
}

/// The class's number for what happened; 99 is "other", in words.
fn activity(class: u32, event: &AuditEventBody) -> (u32, &'static str) {
    match (class, event.crud) {
        (3001 | 3004, "CREATE") => (1, "Create"),
        (3001, "DELETE") => (6, "Delete"),
        (3004, "READ") => (2, "Read"),
        (3004, "UPDATE") => (3, "Update"),
        (3004, "DELETE") => (4, "Delete"),
        (3005, "CREATE") => (1, "Assign Privileges"),
        (3005, "DELETE") => (2, "Revoke Privileges"),
        (3006, "CREATE") => (3, "Add User"),
        (3006, "DELETE") => (4, "Remove User"),
        _ => (99, "Update"),
    }
}

fn actor(event: &AuditEventBody) -> Value {
    let mut actor = Map::new();
    match (event.actor.kind, &event.actor.id) {
        ("system", _) | (_, None) => {
            actor.insert(
                "app_name".to_owned(),
                json!(if event.actor.kind == "system" { "Polity" } else { "bearer" }),
            );
        }
        // An API key acts as a user of the type System.
        (kind, Some(id)) => {
            let type_id = if kind == "api_key" { 3 } else { 1 };
            actor.insert("user".to_owned(), json!({"uid": id, "type_id": type_id, "type": kind}));
        }
    }
    if let Some(session) = &event.actor.session_id {
        actor.insert("session".to_owned(), json!({"uid": session}));
    }
    Value::Object(actor)
}
