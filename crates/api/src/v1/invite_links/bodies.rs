//! An invite link's JSON.

use garde::Validate;
use polity_app::Listing;
use polity_app::invite_links::{InviteLinkView, MadeInviteLink, NewInviteLink};
use polity_domain::ids::{InviteLinkId, OrganizationId};
use polity_domain::invite_links::InviteLinkState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{RoleRef, Timestamp, WorkspaceRef, invite_link_name, role_name};
use crate::v1::invitations::PersonBody;

/// The path of one invite link.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InviteLinkPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The link's id
    #[param(value_type = String, example = "link_01h455vb4pex5vsknk084sn02q")]
    pub invite_link_id: InviteLinkId,
}

/// A link by which people join.
#[derive(Serialize, ToSchema)]
pub struct InviteLinkBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/invite-links/link_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id: it opens nothing
    #[schema(example = "link_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The id of the workspace to join; absent: only the organization
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub workspace_id: Option<String>,
    /// The workspace's display name
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Research")]
    pub workspace_display_name: Option<String>,
    /// The resource names of the roles to be held on joining
    pub roles: Vec<String>,
    /// The domains of the addresses that may join by it; empty: any
    #[schema(example = json!(["example.com"]))]
    pub email_domains: Vec<String>,
    /// How often it can be used in all
    #[schema(example = 25)]
    pub max_uses: u32,
    /// How often it was used
    #[schema(example = 3)]
    pub uses: u32,
    /// Where it stands
    pub state: InviteLinkStateBody,
    /// Who vouches for it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inviter: Option<PersonBody>,
    /// The token that opens it; only in the answer that made it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "pol_link_…")]
    pub secret: Option<String>,
    /// Where it leads, with the token behind `#token=`; only in the answer that made it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "https://polity.example/invite-links#token=pol_link_…")]
    pub url: Option<String>,
    /// Until when it can be used
    pub expire_time: Timestamp,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed or used
    pub update_time: Timestamp,
}

/// Where an invite link stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InviteLinkStateBody {
    /// It can be used, as long as its maker could still grant the roles
    Active,
    /// Its time is over
    Expired,
    /// It was used as often as it may be
    Exhausted,
    /// The organization took it back
    Revoked,
}

impl From<InviteLinkState> for InviteLinkStateBody {
    fn from(state: InviteLinkState) -> Self {
        match state {
            InviteLinkState::Active => Self::Active,
            InviteLinkState::Expired => Self::Expired,
            InviteLinkState::Exhausted => Self::Exhausted,
            InviteLinkState::Revoked => Self::Revoked,
        }
    }
}

impl From<&InviteLinkView> for InviteLinkBody {
    fn from(view: &InviteLinkView) -> Self {
        let link = &view.link;
        let organization = link.organization_id;
        Self {
            name: invite_link_name(organization, link.id),
            id: link.id.to_string(),
            workspace_id: link.workspace_id.map(|id| id.to_string()),
            workspace_display_name: view.workspace_title.clone(),
            roles: link.roles.iter().map(|role| role_name(organization, *role)).collect(),
            email_domains: link.email_domains.clone(),
            max_uses: link.max_uses,
            uses: link.uses,
            state: view.state.into(),
            inviter: view.inviter.as_ref().map(PersonBody::from),
            secret: None,
            url: None,
            expire_time: link.expire_time.into(),
            create_time: link.create_time.into(),
            update_time: link.update_time.into(),
        }
    }
}

impl From<MadeInviteLink> for InviteLinkBody {
    fn from(made: MadeInviteLink) -> Self {
        Self { secret: Some(made.secret.expose().to_owned()), url: Some(made.url), ..Self::from(&made.view) }
    }
}

/// A page of invite links.
#[derive(Serialize, ToSchema)]
pub struct InviteLinkList {
    /// The links, without their tokens
    pub invite_links: Vec<InviteLinkBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

impl From<Listing<InviteLinkView>> for InviteLinkList {
    fn from(page: Listing<InviteLinkView>) -> Self {
        Self {
            invite_links: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// What the new link is to offer, and to whom.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewInviteLinkBody {
    /// How often it can be used in all
    #[garde(range(min = 1, max = 10_000))]
    #[schema(minimum = 1, maximum = 10_000, example = 25)]
    max_uses: u32,
    /// The workspace to join, by id or resource name; none: only the organization
    #[serde(default)]
    #[garde(skip)]
    #[schema(nullable = false)]
    workspace_id: Option<WorkspaceRef>,
    /// The roles on joining, by id or resource name; none: Member, or Viewer of the workspace. With a
    /// workspace, roles of a workspace are held on it and the others on the organization
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    roles: Vec<RoleRef>,
    /// The domains of the addresses that may join by it, subdomains not implied; empty: any that the
    /// organization's settings allow
    #[serde(default)]
    #[garde(length(max = 100), inner(length(bytes, max = 253)))]
    #[schema(max_items = 100, example = json!(["example.com"]))]
    email_domains: Vec<String>,
    /// How long it stands, in seconds; default 7 days
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 60, maximum = 2_592_000, example = 604_800)]
    ttl_seconds: Option<i64>,
}

impl From<NewInviteLinkBody> for NewInviteLink {
    fn from(body: NewInviteLinkBody) -> Self {
        Self {
            workspace: body.workspace_id.map(|workspace| workspace.0),
            roles: body.roles.into_iter().map(|role| role.0).collect(),
            email_domains: body.email_domains,
            max_uses: body.max_uses,
            ttl_seconds: body.ttl_seconds,
        }
    }
}
