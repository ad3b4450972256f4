//! `POST /api/v1/invite-links/{lookup,join}`: what whoever holds a link does.

use axum::Json;
use garde::Validate;
use polity_app::invite_links::{join, lookup};
use polity_web::{Body, Caller, Problem, Problems, PublicProblems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::InviteLinkStateBody;
use crate::v1::common::{Timestamp, organization_name, role_name, user_name, workspace_name};

/// Names a link by its token.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LinkTokenBody {
    /// The token of the link
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_link_…")]
    token: String,
}

/// What the holder of a link may know before they join.
#[derive(Serialize, ToSchema)]
pub struct LinkLookupAnswer {
    /// The organization's display name
    #[schema(example = "Acme")]
    organization_display_name: String,
    /// The display name of the workspace that it leads to
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Research")]
    workspace_display_name: Option<String>,
    /// What the roles are called that it offers
    #[schema(example = json!(["Member"]))]
    role_display_names: Vec<String>,
    /// The domains of the addresses that may join by it; empty: any
    #[schema(example = json!(["example.com"]))]
    email_domains: Vec<String>,
    /// Where it stands
    state: InviteLinkStateBody,
    /// Until when it can be used
    expire_time: Timestamp,
}

/// Look an invite link up by its token
///
/// Changes nothing, so whatever opens links does no harm.
#[utoipa::path(post, path = "/invite-links/lookup", operation_id = "lookup_invite_link", tag = "Invite links",
    security(), request_body = LinkTokenBody,
    responses((status = 200, description = "What the holder may know", body = LinkLookupAnswer), PublicProblems))]
pub async fn lookup_invite_link(
    Caller(op): Caller,
    Body(body): Body<LinkTokenBody>,
) -> Result<Json<LinkLookupAnswer>, Problem> {
    let found = lookup(&op, &body.token).await?;
    Ok(Json(LinkLookupAnswer {
        organization_display_name: found.organization_title,
        workspace_display_name: found.workspace_title,
        role_display_names: found.role_titles,
        email_domains: found.email_domains,
        state: found.state.into(),
        expire_time: found.expire_time.into(),
    }))
}

/// What joining made.
#[derive(Serialize, ToSchema)]
pub struct JoinedByLinkBody {
    /// The resource name of the organization that was joined
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    organization: String,
    /// The resource name of the workspace that was joined
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q"
    )]
    workspace: Option<String>,
    /// The resource name of the new member's account
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    user: String,
    /// The resource names of the roles they hold now
    roles: Vec<String>,
}

/// Join by an invite link
///
/// For a signed-in person; each joins by a link once. Refusals have codes of their own: `wrong_email_domain expired
/// exhausted revoked already_member already_used inviter_lost_rights refused_by_settings email_domain_blocked
/// seat_limit workspace_deleted`.
#[utoipa::path(post, path = "/invite-links/join", operation_id = "join_by_invite_link", tag = "Invite links",
    security(("bearer" = [])), request_body = LinkTokenBody,
    responses((status = 200, description = "A member now", body = JoinedByLinkBody), Problems))]
pub async fn join_by_invite_link(
    Caller(op): Caller,
    Body(body): Body<LinkTokenBody>,
) -> Result<Json<JoinedByLinkBody>, Problem> {
    let joined = join(&op, &body.token).await?;
    let organization = joined.link.organization_id;
    Ok(Json(JoinedByLinkBody {
        organization: organization_name(organization),
        workspace: joined.link.workspace_id.map(|id| workspace_name(organization, id)),
        user: user_name(joined.member.user_id),
        roles: joined.link.roles.iter().map(|role| role_name(organization, *role)).collect(),
    }))
}
