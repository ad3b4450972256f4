//! `POST {O}/policies`

use garde::Validate;
use polity_app::etag;
use polity_app::policies::{NewPolicy, create};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{PolicyBody, PolicyMode};
use crate::v1::common::OrganizationPath;

/// What a new policy is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewPolicyBody {
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "Nobody is removed from outside the office")]
    title: String,
    /// Whether it is enforced
    mode: PolicyMode,
    /// One or more `forbid` statements in Cedar, at most 8 KiB
    #[schema(
        min_length = 1,
        max_length = 8192,
        example = "forbid (principal, action == Action::\"members.remove\", resource) unless { context has ip && context.ip.isInRange(ip(\"203.0.113.0/24\")) };"
    )]
    text: String,
}

/// Create a policy
///
/// It forbids what roles allow, in the organization and wherever its roles reach, and wins over every role.
/// The text is checked against a schema that is made of the permissions known in the tree: entity types `User Group
/// ServiceAccount ApiKey Organization Workspace` and `App::<type>` for each registered resource type; actions such as
/// `Action::"members.read"`, in groups `Action::"members.*"` and `Action::"READ"` (`WRITE`, `ADMIN`, `OWNER`). A
/// `permit` is refused: only roles permit. `policies.*` cannot be forbidden. What a policy may forbid is denied when
/// it cannot be evaluated. An organization has at most 50.
#[utoipa::path(post, path = "/organizations/{organization_id}/policies", operation_id = "create_policy",
    tag = "Policies", params(OrganizationPath), request_body = NewPolicyBody,
    responses((status = 201, description = "The policy", body = PolicyBody), Problems))]
pub async fn create_policy(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewPolicyBody>,
) -> Result<Created<PolicyBody>, Problem> {
    let new = NewPolicy { title: body.title, mode: body.mode.into(), text: body.text };
    let view = create(&op, at.organization_id, new).await?;
    let body = PolicyBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(view.revision)))
}
