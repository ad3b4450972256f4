//! `GET {O}/access/events`

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use polity_app::access::{AtLeast, Told, events};
use polity_web::{At, Caller, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::RevisionRef;
use crate::v1::common::{OrganizationPath, revision_text};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells a proxy (nginx) to pass each event on at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// From where on, and whether to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The revision of the bundle that is followed: what came after it is told. Absent: from now on. `Last-Event-ID`
    /// goes before it
    #[param(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    from_revision: Option<RevisionRef>,
    /// Whether to go on telling, as is done when this is absent; `false` ends the stream once all is told that is known
    /// now
    follow: Option<bool>,
}

/// Follow what changes of who may do what
///
/// Server-sent events for whoever holds a bundle. `news` is two lines: what changed of the bundle's facts from one revision
/// to another, and a signature as the bundle's; every two seconds at least, without facts when nothing has changed, so that
/// whoever follows knows how old their knowledge is. `reload` says that the bundle is to be loaded again; the stream ends.
/// The id of an event is its revision: a client that lost its connection goes on with `Last-Event-ID`.
///
/// The stream ends with the caller's right: when the key is revoked, the role withdrawn, the session over. 16 streams of
/// one caller may be open.
#[utoipa::path(get, path = "/organizations/{organization_id}/access/events", operation_id = "follow_access_events",
    tag = "Access", params(OrganizationPath, EventsQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that came")),
    responses((status = 200, description = "The events", content_type = "text/event-stream", body = String), Problems))]
pub async fn follow_access_events(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(query): Params<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let since = last_event(&headers)?.or(query.from_revision.map(|RevisionRef(revision)| revision));
    let told = events(&op, at.organization_id, since, query.follow.unwrap_or(true)).await?;
    let body = told.map(|told| Ok::<_, Infallible>(Bytes::from(written(told))));
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/event-stream")), UNBUFFERED];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Where a client was when it lost its connection.
fn last_event(headers: &HeaderMap) -> Result<Option<AtLeast>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID).filter(|value| !value.is_empty()) else { return Ok(None) };
    let read = value.to_str().ok().and_then(|text| text.parse().ok());
    let detail = "must be the id of an event, `<tree>.<number>`";
    read.map(Some).ok_or_else(|| Problem::field("Last-Event-ID", "invalid_header", detail))
}

/// An event as the stream has it (HTML, section 9.2).
fn written(told: Told) -> String {
    let (name, revision, data) = match &told {
        Told::News { revision, text } => ("news", revision, text.as_str()),
        Told::Reload { revision } => ("reload", revision, "{}"),
    };
    let mut event = format!("id: {}\nevent: {name}\n", revision_text(*revision));
    for line in data.lines() {
        // Writing to a string never fails.
        let _ = writeln!(event, "data: {line}");
    }
    event.push('\n');
    event
}
