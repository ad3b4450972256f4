//! An event as auditors read it: what was and what is, times in writing, no trace of a secret.

use polity_domain::audit::Summary;
use polity_domain::ids::{EventId, OrganizationId, RequestId, SupportAccessGrantId, TreeId};
use polity_domain::ledger::event::{Actor, Change, Event};
use polity_domain::time::Time;
use serde_json::{Map, Value};

use crate::AppError;

/// An event of the audit log.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    /// Its id.
    pub id: EventId,
    /// In whose ledger it stands.
    pub tree_id: TreeId,
    /// Its number there.
    pub revision: u64,
    /// The organization that changed.
    pub organization_id: OrganizationId,
    /// When.
    pub time: Time,
    /// `resource.what_happened`.
    pub kind: &'static str,
    /// What that did, to what, in a sentence.
    pub summary: Summary,
    /// Who.
    pub actor: Actor,
    /// The grant by which one of the platform's staff did it.
    pub support_access_grant_id: Option<SupportAccessGrantId>,
    /// By which request.
    pub request_id: RequestId,
    /// From where.
    pub ip_address: Option<String>,
    /// With what, as the client said.
    pub user_agent: Option<String>,
    /// The resource as it was.
    pub before: Option<Value>,
    /// The resource as it is.
    pub after: Option<Value>,
}

impl AuditEvent {
    pub(super) fn new(event: Event) -> Result<Self, AppError> {
        let kind = event.change.kind();
        let summary = Summary::of(&event.change);
        let (before, after) = sides(&event.change)?;
        Ok(Self {
            id: event.id,
            tree_id: event.tree_id,
            revision: event.revision,
            organization_id: event.organization_id,
            time: event.time,
            kind,
            summary,
            actor: event.actor,
            support_access_grant_id: event.support_access_grant_id,
            request_id: event.request_id,
            ip_address: event.ip_address,
            user_agent: event.user_agent,
            before,
            after,
        })
    }
}

fn sides(change: &Change) -> Result<(Option<Value>, Option<Value>), AppError> {
    let mut value = serde_json::to_value(change).map_err(AppError::internal)?;
    let mut payload = value.get_mut("change").map(Value::take).unwrap_or_default();
    take_hashes(&mut payload);
    write_times(&mut payload);
    if matches!(change, Change::CustomRecorded(_)) {
        read_attributes(&mut payload);
    }
    let gone = matches!(
        change,
        Change::MemberRemoved(_)
            | Change::RoleAssignmentDeleted(_)
            | Change::RoleDeleted(_)
            | Change::PolicyDeleted(_)
            | Change::ResourceDeleted(_)
            | Change::TagDeleted(_)
            | Change::TagDetached(_)
            | Change::GroupDeleted(_)
            | Change::GroupMemberRemoved(_)
            | Change::ServiceAccountDeleted(_)
            | Change::WorkspacePurged(_)
    );
    Ok(match payload {
        Value::Object(mut sides) if is_pair(&sides) => (sides.remove("before"), sides.remove("after")),
        only if gone => (Some(only), None),
        only => (None, Some(only)),
    })
}

/// An application's attributes are kept as text.
fn read_attributes(payload: &mut Value) {
    if let Some(attributes) = payload.get_mut("attributes")
        && let Some(object) = attributes.as_str().and_then(|text| serde_json::from_str(text).ok())
    {
        *attributes = object;
    }
}

fn is_pair(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("before") && fields.contains_key("after")
}

/// Takes out what is kept of keys' secrets, and tells whether there was any. Nobody could make a secret
/// of it, but nobody needs it either.
pub(super) fn take_hashes(value: &mut Value) -> bool {
    let mut found = false;
    each_field(value, &mut |name, field| {
        if let (true, Value::Array(secrets)) = (name == "secrets", field) {
            for secret in secrets.iter_mut().filter_map(Value::as_object_mut) {
                found |= secret.remove("hash").is_some();
            }
        }
    });
    found
}

/// Writes times as the API does. The ledger counts microseconds.
fn write_times(value: &mut Value) {
    each_field(value, &mut |name, field| {
        if let Some(micros) = field.as_i64().filter(|_| name.ends_with("_time")) {
            *field = Value::String(Time(micros).to_string());
        }
    });
}

/// Does something with each field, however deep. `labels` are the organization's own free map: nothing
/// in them is a field of ours.
fn each_field(value: &mut Value, act: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut().filter(|(name, _)| *name != "labels") {
                act(name, field);
                each_field(field, act);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_field(item, act)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hashes_of_secrets_are_taken_out_and_times_are_written() {
        let mut value = json!({
            "title": "hash", "create_time": 0, "labels": {"secrets": "mine", "a_time": 1},
            "secrets": [{"number": 1, "hash": "ab", "create_time": 1_000, "expire_time": null}],
        });
        assert!(take_hashes(&mut value));
        assert!(!take_hashes(&mut value));
        write_times(&mut value);
        let expected = json!({
            "title": "hash", "create_time": "1970-01-01T00:00:00.000Z",
            "labels": {"secrets": "mine", "a_time": 1},
            "secrets": [{"number": 1, "create_time": "1970-01-01T00:00:00.001Z", "expire_time": null}],
        });
        assert_eq!(value, expected);
    }
}
