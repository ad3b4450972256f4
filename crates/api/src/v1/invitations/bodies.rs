//! An invitation's JSON.

use garde::Validate;
use polity_app::Listing;
use polity_app::invitations::{Delivery, InvitationView, NewInvitation};
use polity_domain::email::Email;
use polity_domain::ids::{InvitationId, OrganizationId};
use polity_domain::invitations::{InvitationState, Redirect};
use polity_domain::users::User;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{
    GroupRef, OrganizationRef, RoleRef, Timestamp, WorkspaceRef, a_message, group_name, organization_name,
    role_name, user_name,
};

/// The path of one invitation.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InvitationPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The invitation's id
    #[param(value_type = String, example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub invitation_id: InvitationId,
}

/// An invitation to join an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/invitations/inv_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "inv_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The organization's display name
    #[schema(example = "Acme")]
    pub organization_display_name: String,
    /// The id of the workspace to join; absent: only the organization
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub workspace_id: Option<String>,
    /// The workspace's display name
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Research")]
    pub workspace_display_name: Option<String>,
    /// Who is asked
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// The resource names of the roles to be held on joining
    pub roles: Vec<String>,
    /// The resource names of the groups to be in on joining
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Where it stands
    pub state: StateBody,
    /// Whether somebody joined by it
    pub is_accepted: bool,
    /// The id of another organization that they are to be led to afterwards
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub redirect_organization_id: Option<String>,
    /// The id of another workspace that they are to be led to afterwards
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub redirect_workspace_id: Option<String>,
    /// The language of the mail (BCP 47)
    #[schema(example = "en")]
    pub locale: String,
    /// A word from the inviter
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Who vouches for it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inviter: Option<PersonBody>,
    /// What became of its last mail: `QUEUED`, `SENT` or `FAILED`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SENT")]
    pub delivery: Option<&'static str>,
    /// Until when it can be accepted
    pub expire_time: Timestamp,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StateBody {
    /// It waits for an answer
    Pending,
    /// Somebody joined by it
    Accepted,
    /// The invited person said no
    Declined,
    /// The organization took it back
    Revoked,
    /// Its time is over; it can be sent again
    Expired,
    /// Its mail came back; it can be sent again
    Bounced,
}

impl From<InvitationState> for StateBody {
    fn from(state: InvitationState) -> Self {
        match state {
            InvitationState::Pending => Self::Pending,
            InvitationState::Accepted => Self::Accepted,
            InvitationState::Declined => Self::Declined,
            InvitationState::Revoked => Self::Revoked,
            InvitationState::Expired => Self::Expired,
            InvitationState::Bounced => Self::Bounced,
        }
    }
}

/// A person, as others see them.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonBody {
    /// The resource name
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    pub name: String,
    /// What others call them
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// Their address
    #[schema(example = "ada@example.com")]
    pub email: String,
}

impl From<&User> for PersonBody {
    fn from(user: &User) -> Self {
        Self {
            name: user_name(user.id),
            display_name: user.display_name.clone(),
            email: user.email.to_string(),
        }
    }
}

impl From<&InvitationView> for InvitationBody {
    fn from(view: &InvitationView) -> Self {
        let invitation = &view.invitation;
        let organization = invitation.organization_id;
        Self {
            name: format!("{}/invitations/{}", organization_name(organization), invitation.id),
            id: invitation.id.to_string(),
            organization_display_name: view.organization_title.clone(),
            workspace_id: invitation.workspace_id.map(|id| id.to_string()),
            workspace_display_name: view.workspace_title.clone(),
            email: invitation.email.to_string(),
            roles: invitation.roles.iter().map(|role| role_name(organization, *role)).collect(),
            groups: invitation.groups.iter().map(|group| group_name(organization, *group)).collect(),
            state: view.state.into(),
            is_accepted: view.state == InvitationState::Accepted,
            redirect_organization_id: invitation.redirect.organization_id.map(|id| id.to_string()),
            redirect_workspace_id: invitation.redirect.workspace_id.map(|id| id.to_string()),
            locale: invitation.locale.clone(),
            message: invitation.message.clone(),
            inviter: view.inviter.as_ref().map(PersonBody::from),
            delivery: view.delivery.map(|delivery| match delivery {
                Delivery::Queued => "QUEUED",
                Delivery::Sent => "SENT",
                Delivery::Failed => "FAILED",
            }),
            expire_time: invitation.expire_time.into(),
            create_time: invitation.create_time.into(),
            update_time: invitation.update_time.into(),
        }
    }
}

/// A page of invitations.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationList {
    /// The invitations
    pub invitations: Vec<InvitationBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

impl From<Listing<InvitationView>> for InvitationList {
    fn from(page: Listing<InvitationView>) -> Self {
        Self {
            invitations: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// Whom to invite, to what.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewInvitationBody {
    /// Who is asked
    #[garde(skip)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "ada@example.com")]
    pub email: Email,
    /// The workspace to join, by id or resource name; none: only the organization
    #[serde(default)]
    #[garde(skip)]
    #[schema(nullable = false)]
    pub workspace_id: Option<WorkspaceRef>,
    /// The roles on joining, by id or resource name; none: Member, or Viewer of the workspace. With a
    /// workspace, roles of a workspace are held on it and the others on the organization
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub roles: Vec<RoleRef>,
    /// The groups of the organization to be in on joining, by id or resource name: it takes
    /// `groups.manage_members`, and nobody puts somebody where they could not grant all that the group holds
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub groups: Vec<GroupRef>,
    /// The language of the mail (BCP 47): `en` or `de`; none: as the workspace or the organization prefers, else `en`
    #[serde(default)]
    #[garde(inner(pattern("^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$"), length(max = 35)))]
    #[schema(
        nullable = false,
        pattern = "^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*$",
        max_length = 35,
        example = "en"
    )]
    pub locale: Option<String>,
    /// A word from the inviter, one line of plain text
    #[serde(default)]
    #[garde(inner(custom(a_message)))]
    #[schema(max_length = 500, example = "Welcome aboard")]
    pub message: Option<String>,
    /// How long it stands, in seconds; default 7 days
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 60, maximum = 2_592_000, example = 604_800)]
    pub ttl_seconds: Option<i64>,
    /// Another organization of the tree that they are to be led to afterwards, by id or resource name; it
    /// gives no right there
    #[serde(default)]
    #[garde(skip)]
    #[schema(nullable = false)]
    pub redirect_organization_id: Option<OrganizationRef>,
    /// Another workspace that they are to be led to afterwards, by id or resource name: of that organization,
    /// or of the one that invites; it gives no right there
    #[serde(default)]
    #[garde(skip)]
    #[schema(nullable = false)]
    pub redirect_workspace_id: Option<WorkspaceRef>,
}

impl From<NewInvitationBody> for NewInvitation {
    fn from(body: NewInvitationBody) -> Self {
        Self {
            email: body.email,
            workspace: body.workspace_id.map(|workspace| workspace.0),
            redirect: Redirect {
                organization_id: body.redirect_organization_id.map(|organization| organization.0),
                workspace_id: body.redirect_workspace_id.map(|workspace| workspace.0),
            },
            roles: body.roles.into_iter().map(|role| role.0).collect(),
            groups: body.groups.into_iter().map(|group| group.0).collect(),
            locale: body.locale,
            message: body.message,
            ttl_seconds: body.ttl_seconds,
        }
    }
}
