//! `POST {O}/access/list-permissions`

use axum::Json;
use garde::Validate;
use polity_app::ListParams;
use polity_app::access::{Holder, list_permissions};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::{AskedBody, Consistency, PermissionPathsBody, RevisionRef, at as as_of};
use crate::v1::common::{OrganizationPath, revision_text};
use crate::v1::principals::ResourceBody;

/// Whose permissions, where.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ListPermissionsBody {
    /// Whose
    #[garde(dive)]
    principal: AskedBody,
    /// On what: an organization at or below the one of the path, or one of the application's resources
    /// in it. Absent: the organization of the path
    #[serde(default)]
    #[garde(dive)]
    resource: Option<ResourceBody>,
    /// What policies and conditions are to know of the circumstances, as for a check
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>, example = json!({"ip": "203.0.113.7", "mfa": true}))]
    context: Option<Map<String, Value>>,
    /// Whether to give the ways by which each is held
    #[serde(default)]
    #[garde(skip)]
    paths: bool,
    /// The answer must not be older than this revision, which a write gave in `Polity-Revision`
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.42")]
    at_least_revision: Option<RevisionRef>,
    /// The answer as it was at this revision, when its event happened; it never changes
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.17")]
    at_revision: Option<RevisionRef>,
    /// How fresh the answer must be
    #[serde(default)]
    #[garde(skip)]
    #[expect(dead_code, reason = "answers are as fresh as with FULL in any case")]
    consistency: Option<Consistency>,
    /// How many at most; 0 or absent is 50, and more than 1000 is taken as 1000
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 0, default = 50)]
    page_size: Option<i64>,
    /// `next_page_token` of the page before, with all other fields unchanged
    #[serde(default)]
    #[garde(skip)]
    page_token: Option<String>,
}

/// A page of what a principal may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct EffectivePermissionList {
    /// The permissions, by name
    permissions: Vec<PermissionPathsBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// The point of the tree's history at which that was true
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// List everything that a principal may do
///
/// Everybody may ask about themselves; about others it takes `access.check`. All pages are of one revision.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/list-permissions",
    operation_id = "list_effective_permissions", tag = "Access", params(OrganizationPath),
    request_body = ListPermissionsBody,
    responses((status = 200, description = "A page of permissions", body = EffectivePermissionList), Problems))]
pub async fn list_effective_permissions(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<ListPermissionsBody>,
) -> Result<Json<EffectivePermissionList>, Problem> {
    let (principal, context) = body.principal.read(body.context, "")?;
    let holder = Holder {
        principal,
        resource: body.resource.map(Into::into),
        context,
        with_paths: body.paths,
        at: as_of(body.at_least_revision, body.at_revision),
    };
    let params =
        ListParams { page_size: body.page_size, page_token: body.page_token, ..ListParams::default() };
    let (page, revision) = list_permissions(&op, at.organization_id, &holder, &params).await?;
    Ok(Json(EffectivePermissionList {
        permissions: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        revision: revision_text(revision),
    }))
}
