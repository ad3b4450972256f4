//! The W3C trace context that a request is part of (<https://www.w3.org/TR/trace-context/>).

use axum::http::HeaderMap;

use crate::scope::TraceParent;

/// Reads `traceparent`; a malformed one is none at all.
pub fn of(headers: &HeaderMap) -> Option<TraceParent> {
    let mut values = headers.get_all("traceparent").iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let mut parts = value.to_str().ok()?.split('-');
    let (version, trace_id) = (hexadecimal(parts.next()?, 2)?, hexadecimal(parts.next()?, 32)?);
    let (parent_id, flags) = (hexadecimal(parts.next()?, 16)?, hexadecimal(parts.next()?, 2)?);
    // Later versions may append fields, version 00 does not, and ff is forbidden.
    let ended = parts.next().is_none();
    let known = version != "ff" && (version != "00" || ended);
    let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    if !known || zero(trace_id) || zero(parent_id) {
        return None;
    }
    let sampled = u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & 1 == 1);
    Some(TraceParent { trace_id: trace_id.to_owned(), parent_id: parent_id.to_owned(), sampled })
}

fn hexadecimal(text: &str, length: usize) -> Option<&str> {
    let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (text.len() == length && lower).then_some(text)
}
