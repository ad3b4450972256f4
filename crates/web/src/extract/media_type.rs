//! Which bodies are taken: JSON in UTF-8, not compressed.

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};

use crate::problem::Problem;

/// Refuses a request whose body is not announced as plain JSON (or, for `PATCH`, as a merge patch).
pub(super) fn check(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(unsupported("One Content-Type is needed: application/json."));
    };
    if !value.to_str().is_ok_and(|text| is_json(text, *method == Method::PATCH)) {
        return Err(unsupported(
            "The body must be application/json in UTF-8 (PATCH: application/merge-patch+json as well).",
        ));
    }
    let encoded = headers.get_all(CONTENT_ENCODING).iter().any(|value| value != "identity");
    if encoded { Err(unsupported("The body must not be compressed.")) } else { Ok(()) }
}

fn unsupported(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
}

fn is_json(text: &str, patch: bool) -> bool {
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = essence == "application/json" || (patch && essence == "application/merge-patch+json");
    known && parts.all(is_utf8)
}

/// A parameter that is not a charset, or the one charset that JSON knows (RFC 8259, section 8.1).
fn is_utf8(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    !name.trim().eq_ignore_ascii_case("charset")
        || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
}
