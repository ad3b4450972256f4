//! Common Event Format, version 0: a header of seven fields, then `key=value` pairs.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::super::bodies::AuditEventBody;

/// Writes one event as a line.
pub fn write(event: &AuditEventBody, text: &mut String) {
    let severity = match event.crud {
        "DELETE" => 6,
        "UPDATE" => 4,
        "CREATE" => 3,
        _ => 1,
    };
    let (action, description) = (header(&event.action), header(&event.description));
    let version = env!("CARGO_PKG_VERSION");
    let _ = write!(text, "CEF:0|Polity|Polity|{version}|{action}|{description}|{severity}|");
    let _ = write!(text, "rt={}", event.time.0.micros().div_euclid(1_000));
    let revision = event.revision.to_string();
    let pairs = [
        ("externalId", Some(event.id.as_str())),
        ("act", Some(&event.action)),
        ("outcome", Some(event.outcome)),
        ("msg", Some(&event.description)),
        ("suid", event.actor.id.as_deref()),
        ("sproc", Some(event.actor.kind)),
        ("src", event.ip_address.as_deref().filter(|address| !address.contains(':'))),
        ("c6a2", event.ip_address.as_deref().filter(|address| address.contains(':'))),
        (
            "c6a2Label",
            event
                .ip_address
                .as_deref()
                .filter(|address| address.contains(':'))
                .map(|_| "Source IPv6 Address"),
        ),
        ("requestClientApplication", event.user_agent.as_deref()),
        ("cs1Label", Some("organization")),
        ("cs1", Some(&event.organization)),
        ("cs2Label", event.target.as_deref().map(|_| "target")),
        ("cs2", event.target.as_deref()),
        ("cs3Label", Some("requestId")),
        ("cs3", Some(&event.request_id)),
        ("cs4Label", Some("kind")),
        ("cs4", Some(event.kind)),
        ("cs5Label", Some("crud")),
        ("cs5", Some(event.crud)),
        ("cs6Label", event.support_access_grant.as_deref().map(|_| "supportAccessGrant")),
        ("cs6", event.support_access_grant.as_deref()),
        ("cn1Label", Some("revision")),
        ("cn1", Some(&revision)),
    ];
    for (key, value) in pairs.into_iter().filter_map(|(key, value)| Some((key, value?))) {
        let _ = write!(text, " {key}={}", extension(value));
    }
    text.push('\n');
}

/// A field of the header: on one line, `|` and `\` escaped.
fn header(value: &str) -> String {
    plain(value).replace('\\', "\\\\").replace('|', "\\|").replace(['\r', '\n'], " ")
}

/// A value of a pair: `=` and `\` escaped, line breaks written out.
fn extension(value: &str) -> String {
    let escaped = plain(value).replace('\\', "\\\\").replace('=', "\\=");
    escaped.replace('\n', "\\n").replace('\r', "\\r")
}

/// Without what would steer a terminal.
fn plain(value: &str) -> Cow<'_, str> {
    let steers = |character: char| character.is_control() && !matches!(character, '\r' | '\n');
    if value.contains(steers) { value.replace(steers, " ").into() } else { value.into() }
}

#[cfg(test)]
mod tests {
    use super::{extension, header};

    #[test]
    fn nothing_breaks_out_of_its_field_or_line() {
        assert_eq!(header("a|b\\c\nd"), r"a\|b\\c d");
        assert_eq!(extension("a=b\\c\nd|e"), r"a\=b\\c\nd|e");
        assert_eq!(extension("\u{1b}[31m"), " [31m");
    }
}
