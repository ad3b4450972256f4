//! `POST {O}/access/list-principals`

use axum::Json;
use garde::Validate;
use polity_app::ListParams;
use polity_app::access::{Doable, list_principals};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::{Consistency, RevisionRef, at as as_of, read_told};
use crate::v1::common::{OrganizationPath, revision_text};
use crate::v1::principals::{PrincipalBody, PrincipalType, ResourceBody};

/// Who may do this here?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ListPrincipalsBody {
    /// `resource.action`, Polity's own or a registered one
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "members.read")]
    permission: String,
    /// On what: an organization at or below the one of the path, a workspace of it, or one of the
    /// application's resources in it. Absent: the organization of the path
    #[serde(default)]
    #[garde(dive)]
    resource: Option<ResourceBody>,
    /// What policies and conditions are to know of the circumstances, as for a check
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>, example = json!({"ip": "203.0.113.7", "mfa": true}))]
    context: Option<Map<String, Value>>,
    /// Only principals of this type. Absent: of all
    #[serde(default)]
    #[garde(skip)]
    principal_type: Option<PrincipalType>,
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

/// A page of those who may.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrincipalList {
    /// The principals, by type and id
    principals: Vec<PrincipalBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// The point of the tree's history at which that was true, the same on all pages
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// List everybody who may do something
///
/// It takes `access.check`. Whom a support access grant lets in is not listed: the grants say who that is. All pages
/// are of one revision.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/list-principals",
    operation_id = "list_access_principals", tag = "Access", params(OrganizationPath),
    request_body = ListPrincipalsBody,
    responses((status = 200, description = "A page of principals", body = PrincipalList), Problems))]
pub async fn list_access_principals(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<ListPrincipalsBody>,
) -> Result<Json<PrincipalList>, Problem> {
    let doable = Doable {
        permission: body.permission,
        resource: body.resource.map(Into::into),
        context: read_told(body.context)?,
        kind: body.principal_type.map(PrincipalType::as_str),
        at: as_of(body.at_least_revision, body.at_revision),
    };
    let params =
        ListParams { page_size: body.page_size, page_token: body.page_token, ..ListParams::default() };
    let (page, revision) = list_principals(&op, at.organization_id, &doable, &params).await?;
    Ok(Json(PrincipalList {
        principals: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        revision: revision_text(revision),
    }))
}
