//! Comma-separated values: RFC 4180, and nothing that a spreadsheet would calculate.

use super::super::bodies::AuditEventBody;

/// The first line.
pub const HEAD: &str = "id,time,organization,tree_id,revision,kind,action,crud,outcome,description,target,\
actor_type,actor_id,session_id,support_access_grant,request_id,ip_address,user_agent,before,after\r\n";

/// Writes one event as a line.
pub fn write(event: &AuditEventBody, text: &mut String) {
    let json =
        |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
    let time = event.time.0.to_string();
    let revision = event.revision.to_string();
    let (before, after) = (json(&event.before), json(&event.after));
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    let cells = [
        &event.id,
        &time,
        &event.organization,
        &event.tree_id,
        &revision,
        event.kind,
        &event.action,
        event.crud,
        event.outcome,
        &event.description,
        &optional(&event.target),
        event.actor.kind,
        &optional(&event.actor.id),
        &optional(&event.actor.session_id),
        &optional(&event.support_access_grant),
        &event.request_id,
        &optional(&event.ip_address),
        &optional(&event.user_agent),
        &before,
        &after,
    ];
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        push(cell, text);
    }
    text.push_str("\r\n");
}

/// One cell. A quote before what begins like a formula makes it a text for every spreadsheet
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn push(cell: &str, text: &mut String) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = formula || cell.contains([',', '"', '\r', '\n']);
    if !quoted {
        return text.push_str(cell);
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn a_formula_is_a_text_and_a_quote_ends_no_cell() {
        let written = |cell: &str| {
            let mut text = String::new();
            push(cell, &mut text);
            text
        };
        assert_eq!(written("plain"), "plain");
        assert_eq!(written("a,b"), "\"a,b\"");
        assert_eq!(written("say \"x\""), "\"say \"\"x\"\"\"");
        for formula in ["=cmd()", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(written(formula), format!("\"'{formula}\""));
        }
    }
}
