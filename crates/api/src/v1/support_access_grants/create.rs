//! `POST {O}/support-access-grants`

use garde::Validate;
use polity_app::etag;
use polity_app::support_access_grants::{NewSupportAccessGrant, create};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{SupportAccessBody, SupportAccessGrantBody};
use crate::v1::common::{OrganizationPath, UserRef, WorkspaceRef};

/// What the new grant is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewSupportAccessGrantBody {
    /// What they may do; default `READ_ONLY`
    #[serde(default)]
    #[garde(skip)]
    #[schema(inline)]
    access: SupportAccessBody,
    /// Whether they may do it also below the organization, in those that inherit its roles and let the support team
    /// in themselves; default `false`
    #[serde(default)]
    #[garde(skip)]
    #[schema(default = false)]
    descendants: bool,
    /// The workspaces that it is about, by id or resource name; absent: the whole organization
    #[serde(default)]
    #[garde(length(min = 1, max = 100))]
    #[schema(nullable = false, min_items = 1, max_items = 100)]
    workspaces: Option<Vec<WorkspaceRef>>,
    /// The one person that it is for, by id or resource name; absent: all of the staff
    #[serde(default)]
    #[garde(skip)]
    #[schema(nullable = false)]
    user: Option<UserRef>,
    /// What for: one line, which they read
    #[garde(length(chars, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "Imports stop half way since Monday: ticket 4711")]
    reason: String,
    /// For how long; absent: a day. At most what the configuration allows (30 days unless it says otherwise)
    #[serde(default)]
    #[garde(range(min = 60))]
    #[schema(nullable = false, minimum = 60, example = 86_400)]
    ttl_seconds: Option<i64>,
}

impl From<NewSupportAccessGrantBody> for NewSupportAccessGrant {
    fn from(body: NewSupportAccessGrantBody) -> Self {
        Self {
            access: body.access.into(),
            descendants: body.descendants,
            workspaces: body.workspaces.map(|all| all.into_iter().map(|workspace| workspace.0).collect()),
            user: body.user.map(|user| user.0),
            reason: body.reason,
            ttl_seconds: body.ttl_seconds,
        }
    }
}

/// Let the platform's staff in
///
/// Those who hold `support.access` on the root may then do in the organization what the grant gives, until it
/// ends; each event and each request by it is in the logs under their own name, with the grant's id. It takes the
/// preference `support_team_access` (409 `support_access_off`); turning that off ends all grants for good. Nobody
/// gives more by it than they hold themselves. Keys never get anything by it.
#[utoipa::path(post, path = "/organizations/{organization_id}/support-access-grants",
    operation_id = "create_support_access_grant", tag = "Support access", params(OrganizationPath),
    request_body = NewSupportAccessGrantBody,
    responses((status = 201, description = "The grant", body = SupportAccessGrantBody), Problems))]
pub async fn create_support_access_grant(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewSupportAccessGrantBody>,
) -> Result<Created<SupportAccessGrantBody>, Problem> {
    let view = create(&op, at.organization_id, body.into()).await?;
    let tag = etag(view.revision);
    let body = SupportAccessGrantBody::from(view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
