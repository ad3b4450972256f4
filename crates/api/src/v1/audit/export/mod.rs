//! `POST {O}/audit-events/export`

mod cef;
mod csv;
mod ocsf;

use axum::body::{Body as Answer, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use garde::Validate;
use polity_app::AppError;
use polity_app::audit::{AuditEvent, Export, Pages, export};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::AuditEventBody;
use crate::v1::common::{OrganizationPath, Timestamp};

/// What is to be exported, and how it is written.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    /// How events are written
    #[garde(skip)]
    format: ExportFormat,
    /// Which ones, as in the list of events
    #[serde(default)]
    #[garde(inner(length(bytes, max = 4096)))]
    #[schema(max_length = 4096, example = "crud = DELETE")]
    filter: Option<String>,
    /// Whether to export also those of the organizations below that inherit roles
    #[serde(default)]
    #[garde(skip)]
    descendants: bool,
    /// From this moment on
    #[serde(default)]
    #[garde(skip)]
    from: Option<Timestamp>,
    /// Before this moment
    #[serde(default)]
    #[garde(skip)]
    to: Option<Timestamp>,
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ExportFormat {
    /// The JSON of the list, one event a line
    Ndjson,
    /// RFC 4180, with a header; what a spreadsheet would take for a formula has a quote before it
    Csv,
    /// Common Event Format, one event a line
    Cef,
    /// Open Cybersecurity Schema Framework 1.3, the JSON of one event a line
    Ocsf,
}

impl ExportFormat {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Ndjson | Self::Ocsf => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Cef => "text/plain; charset=utf-8",
        }
    }

    const fn disposition(self) -> &'static str {
        match self {
            Self::Ndjson => "attachment; filename=\"audit-events.ndjson\"",
            Self::Csv => "attachment; filename=\"audit-events.csv\"",
            Self::Cef => "attachment; filename=\"audit-events.cef\"",
            Self::Ocsf => "attachment; filename=\"audit-events.ocsf.ndjson\"",
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Csv => csv::HEAD,
            Self::Ndjson | Self::Cef | Self::Ocsf => "",
        }
    }

    fn write(self, event: AuditEvent, text: &mut String) -> Result<(), AppError> {
        let event = AuditEventBody::from(event);
        match self {
            Self::Ndjson => json_line(&event, text)?,
            Self::Csv => csv::write(&event, text),
            Self::Cef => cef::write(&event, text),
            Self::Ocsf => json_line(&ocsf::event(&event), text)?,
        }
        Ok(())
    }
}

/// Export audit events
///
/// All events of the selection as they stood when the export began, the oldest first, in a stream. One that
/// breaks off is not whole. At most two run at a time, one of each tree; another one is answered 503. An export stands in the
/// access log.
#[utoipa::path(post, path = "/organizations/{organization_id}/audit-events/export",
    operation_id = "export_audit_events", tag = "Audit", params(OrganizationPath), request_body = ExportBody,
    responses((status = 200, description = "The events", content(
        (String = "application/x-ndjson"), (String = "text/csv"), (String = "text/plain"))), Problems))]
pub async fn export_audit_events(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<ExportBody>,
) -> Result<Response, Problem> {
    let what = Export {
        filter: body.filter,
        descendants: body.descendants,
        from: body.from.map(|from| from.0),
        to: body.to.map(|to| to.0),
    };
    Ok(streamed(export(&op, at.organization_id, what).await?, body.format))
}

fn streamed(pages: Pages, format: ExportFormat) -> Response {
    let head = stream::iter([Ok(Bytes::from_static(format.head().as_bytes()))]);
    let body = head.chain(pages.map(move |page| page.and_then(|events| written(events, format))));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (CONTENT_DISPOSITION, HeaderValue::from_static(format.disposition())),
    ];
    (headers, Answer::from_stream(body)).into_response()
}

fn written(events: Vec<AuditEvent>, format: ExportFormat) -> Result<Bytes, AppError> {
    let mut text = String::new();
    events.into_iter().try_for_each(|event| format.write(event, &mut text))?;
    Ok(text.into())
}

fn json_line<T: serde::Serialize>(value: &T, text: &mut String) -> Result<(), AppError> {
    text.push_str(&serde_json::to_string(value).map_err(AppError::internal)?);
    text.push('\n');
    Ok(())
}
