//! A support access grant's JSON.

use polity_app::Listing;
use polity_app::support_access_grants::SupportAccessGrantView;
use polity_domain::ids::{OrganizationId, SupportAccessGrantId, WorkspaceId};
use polity_domain::support_access_grants::{EndReason, SupportAccess, SupportAccessState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, support_access_grant_name, user_name, workspace_name};
use crate::v1::principals::PrincipalBody;

/// The path of one support access grant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SupportAccessGrantPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The grant's id
    #[param(value_type = String, example = "sag_01h455vb4pex5vsknk084sn02q")]
    pub support_access_grant_id: SupportAccessGrantId,
}

/// Leave for the platform's staff to go into an organization, for a while.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportAccessGrantBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/support-access-grants/sag_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "sag_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// What they may do
    pub access: SupportAccessBody,
    /// Whether they may do it also below the organization, in those that inherit its roles and let the support team
    /// in themselves
    pub descendants: bool,
    /// The resource names of the workspaces that it is about; absent: the whole organization
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub workspaces: Option<Vec<String>>,
    /// The resource name of the one person that it is for; absent: all of the staff
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "users/user_01h455vb4pex5vsknk084sn02q")]
    pub user: Option<String>,
    /// What for
    #[schema(example = "Imports stop half way since Monday: ticket 4711")]
    pub reason: String,
    /// Where it stands
    pub state: SupportAccessStateBody,
    /// Who made it
    pub creator: PrincipalBody,
    /// Until when they may
    pub expire_time: Timestamp,
    /// Why it was ended before its time
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<EndReasonBody>,
    /// When it was ended before its time
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// What a support access grant lets do.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportAccessBody {
    /// Look
    #[default]
    ReadOnly,
    /// Mend as well: never people, roles, keys, or these grants
    ReadWrite,
}

/// Where a support access grant stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportAccessStateBody {
    /// It lets in
    Active,
    /// Its time is over
    Expired,
    /// It was ended before its time
    Revoked,
}

/// Why a support access grant was ended before its time.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndReasonBody {
    /// Somebody of the organization took it back
    Revoked,
    /// The organization lets the support team in no longer
    PreferenceOff,
}

impl From<SupportAccessBody> for SupportAccess {
    fn from(body: SupportAccessBody) -> Self {
        match body {
            SupportAccessBody::ReadOnly => Self::ReadOnly,
            SupportAccessBody::ReadWrite => Self::ReadWrite,
        }
    }
}

impl From<SupportAccess> for SupportAccessBody {
    fn from(access: SupportAccess) -> Self {
        match access {
            SupportAccess::ReadOnly => Self::ReadOnly,
            SupportAccess::ReadWrite => Self::ReadWrite,
        }
    }
}

impl From<SupportAccessState> for SupportAccessStateBody {
    fn from(state: SupportAccessState) -> Self {
        match state {
            SupportAccessState::Active => Self::Active,
            SupportAccessState::Expired => Self::Expired,
            SupportAccessState::Revoked => Self::Revoked,
        }
    }
}

impl From<EndReason> for EndReasonBody {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Revoked => Self::Revoked,
            EndReason::PreferenceOff => Self::PreferenceOff,
        }
    }
}

impl From<SupportAccessGrantView> for SupportAccessGrantBody {
    fn from(view: SupportAccessGrantView) -> Self {
        let (grant, state) = (view.grant, view.state);
        let organization = grant.organization_id;
        let named = |id: &WorkspaceId| workspace_name(organization, *id);
        Self {
            name: support_access_grant_name(organization, grant.id),
            id: grant.id.to_string(),
            access: grant.access.into(),
            descendants: grant.scope.descendants(),
            workspaces: grant.scope.workspaces().map(|ids| ids.iter().map(named).collect()),
            user: grant.user_id.map(user_name),
            reason: grant.reason,
            state: state.into(),
            creator: grant.creator.into(),
            expire_time: grant.expire_time.into(),
            end_reason: grant.ended.map(|ended| ended.reason.into()),
            end_time: grant.ended.map(|ended| ended.end_time.into()),
            create_time: grant.create_time.into(),
            update_time: grant.update_time.into(),
        }
    }
}

/// A page of support access grants.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportAccessGrantList {
    /// The grants
    support_access_grants: Vec<SupportAccessGrantBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

impl From<Listing<SupportAccessGrantView>> for SupportAccessGrantList {
    fn from(page: Listing<SupportAccessGrantView>) -> Self {
        Self {
            support_access_grants: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}
