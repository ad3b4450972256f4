//! `POST {O}/access/diff`

use axum::Json;
use garde::Validate;
use polity_app::access::{End, diff};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::RevisionRef;
use crate::v1::common::{OrganizationPath, Timestamp, revision_text};
use crate::v1::preview::PermissionChangeBody;

/// How many changes are shown when the body says nothing.
const USUAL: u16 = 100;

/// Between which moments?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct DiffBody {
    /// From this revision on. Give this or `from_time`
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.17")]
    from_revision: Option<RevisionRef>,
    /// From this time on
    #[serde(default)]
    #[garde(skip)]
    from_time: Option<Timestamp>,
    /// Up to this revision. Give this or `to_time`, or neither: up to now
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    to_revision: Option<RevisionRef>,
    /// Up to this time
    #[serde(default)]
    #[garde(skip)]
    to_time: Option<Timestamp>,
    /// How many changes at most, 1 to 1000; absent is 100
    #[serde(default)]
    #[garde(range(min = 1, max = 1000))]
    #[schema(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u16>,
}

/// Who gained and who lost what.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiffAnswer {
    /// The changes: parents before children, and by principal
    changes: Vec<PermissionChangeBody>,
    /// There are more than `limit`, or to look for them would take too long
    #[schema(example = false)]
    truncated: bool,
    /// The earlier point of the tree's history. Absent: before its first event
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.17")]
    from_revision: Option<String>,
    /// The later one
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    to_revision: String,
}

/// Find out who gained and who lost what
///
/// In the organization of the path and those below it where the asker holds `access.explain`, between two revisions or
/// times: by what was changed and by what expired. What is held on single workspaces and resources is compared there, and on
/// the registered resources below them.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/diff", operation_id = "diff_access",
    tag = "Access", params(OrganizationPath), request_body = DiffBody,
    responses((status = 200, description = "The changes", body = DiffAnswer), Problems))]
pub async fn diff_access(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<DiffBody>,
) -> Result<Json<DiffAnswer>, Problem> {
    let from = end(body.from_revision, body.from_time, "/from_time")?
        .ok_or_else(|| Problem::field("/from_revision", "missing_field", "give it, or `from_time`"))?;
    let to = end(body.to_revision, body.to_time, "/to_time")?.unwrap_or(End::Now);
    let limit = body.limit.unwrap_or(USUAL).into();
    let found = diff(&op, at.organization_id, (from, to), limit).await?;
    Ok(Json(DiffAnswer {
        changes: found.changes.iter().map(Into::into).collect(),
        truncated: found.truncated,
        from_revision: found.from.map(revision_text),
        to_revision: revision_text(found.to),
    }))
}

fn end(
    revision: Option<RevisionRef>,
    time: Option<Timestamp>,
    field: &'static str,
) -> Result<Option<End>, Problem> {
    match (revision, time) {
        (Some(_), Some(_)) => {
            Err(Problem::field(field, "invalid_value", "cannot be given beside the revision of the same end"))
        }
        (Some(RevisionRef(revision)), None) => Ok(Some(End::Revision(revision))),
        (None, time) => Ok(time.map(|Timestamp(time)| End::Time(time))),
    }
}
