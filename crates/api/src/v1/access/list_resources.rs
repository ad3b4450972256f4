//! `POST {O}/access/list-resources`

use axum::Json;
use garde::Validate;
use polity_app::ListParams;
use polity_app::access::{Doer, ORGANIZATION, list_resources};
use polity_domain::access::Reach;
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::{AskedBody, Consistency, RevisionRef, at as as_of};
use crate::v1::common::{OrganizationPath, organization_name, revision_text};
use crate::v1::principals::ResourceBody;

/// On what may this principal do this?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ListResourcesBody {
    /// Who
    #[garde(dive)]
    principal: AskedBody,
    /// `resource.action`, Polity's own or a registered one
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "members.read")]
    permission: String,
    /// On resources of which type: `organization`, `workspace`, or the first part of a registered permission's name
    #[garde(length(bytes, min = 1, max = 63))]
    #[schema(min_length = 1, max_length = 63, example = "workspace")]
    resource_type: String,
    /// What policies and conditions are to know of the circumstances, as for a check
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>, example = json!({"ip": "203.0.113.7", "mfa": true}))]
    context: Option<Map<String, Value>>,
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

/// Something that it may be done on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachBody {
    /// The resource name of the organization
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    organization: String,
    /// The resource. Absent: every resource of the type in the organization, for a type of the application's,
    /// of which Polity does not know what there is; those that stand in a deleted workspace are there for nobody
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<ResourceBody>,
}

impl ReachBody {
    fn new(reach: Reach, kind: &str) -> Self {
        let id = reach.organization_id;
        let itself =
            (kind == ORGANIZATION).then(|| ResourceBody { r#type: kind.to_owned(), id: id.to_string() });
        let resource = reach.resource.map(Into::into).or(itself);
        Self { organization: organization_name(id), resource }
    }
}

/// A page of what it may be done on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachList {
    /// The resources, by organization and id
    resources: Vec<ReachBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// The point of the tree's history at which that was true, the same on all pages
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// List everything that a principal may do something on
///
/// In the organization of the path and those below it, as far as the asker may ask there: everybody about
/// themselves, about others whoever holds `access.check`. All pages are of one revision.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/list-resources",
    operation_id = "list_access_resources", tag = "Access", params(OrganizationPath),
    request_body = ListResourcesBody,
    responses((status = 200, description = "A page of resources", body = ReachList), Problems))]
pub async fn list_access_resources(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<ListResourcesBody>,
) -> Result<Json<ReachList>, Problem> {
    let (principal, context) = body.principal.read(body.context, "")?;
    let doer = Doer {
        principal,
        permission: body.permission,
        resource_type: body.resource_type,
        context,
        at: as_of(body.at_least_revision, body.at_revision),
    };
    let params =
        ListParams { page_size: body.page_size, page_token: body.page_token, ..ListParams::default() };
    let (page, revision) = list_resources(&op, at.organization_id, &doer, &params).await?;
    Ok(Json(ReachList {
        resources: page.items.into_iter().map(|reach| ReachBody::new(reach, &doer.resource_type)).collect(),
        next_page_token: page.next_page_token,
        revision: revision_text(revision),
    }))
}
