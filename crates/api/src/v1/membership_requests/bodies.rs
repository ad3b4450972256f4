//! A membership request's JSON.

use polity_app::membership_requests::MembershipRequestView;
use polity_app::{Listing, etag};
use polity_domain::ids::{MembershipRequestId, OrganizationId};
use polity_domain::membership_requests::MembershipRequestState;
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, membership_request_name};
use crate::v1::invitations::PersonBody;

/// The path of one membership request.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MembershipRequestPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The request's id
    #[param(value_type = String, example = "mreq_01h455vb4pex5vsknk084sn02q")]
    pub membership_request_id: MembershipRequestId,
}

/// A request to be taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipRequestBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/membership-requests/mreq_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "mreq_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The organization's display name
    #[schema(example = "Acme")]
    pub organization_display_name: String,
    /// Who asks
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<PersonBody>,
    /// What they say
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "I work with Ada on the new site")]
    pub message: Option<String>,
    /// Where it stands
    pub state: MembershipRequestStateBody,
    /// Until when it can be answered
    pub expire_time: Timestamp,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// Where a membership request stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MembershipRequestStateBody {
    /// It waits for an answer
    Pending,
    /// Who asked was taken in
    Approved,
    /// The organization said no
    Denied,
    /// Who asked took it back
    Withdrawn,
    /// Its time is over
    Expired,
}

impl From<MembershipRequestState> for MembershipRequestStateBody {
    fn from(state: MembershipRequestState) -> Self {
        match state {
            MembershipRequestState::Pending => Self::Pending,
            MembershipRequestState::Approved => Self::Approved,
            MembershipRequestState::Denied => Self::Denied,
            MembershipRequestState::Withdrawn => Self::Withdrawn,
            MembershipRequestState::Expired => Self::Expired,
        }
    }
}

impl From<&MembershipRequestView> for MembershipRequestBody {
    fn from(view: &MembershipRequestView) -> Self {
        let request = &view.request;
        Self {
            name: membership_request_name(request.organization_id, request.id),
            id: request.id.to_string(),
            organization_display_name: view.organization_title.clone(),
            user: view.user.as_ref().map(PersonBody::from),
            message: request.message.clone(),
            state: view.state.into(),
            expire_time: request.expire_time.into(),
            create_time: request.create_time.into(),
            update_time: request.update_time.into(),
        }
    }
}

/// One request with its tag.
pub fn resource(view: &MembershipRequestView) -> Resource<MembershipRequestBody> {
    Resource::new(MembershipRequestBody::from(view)).etag(etag(view.revision))
}

/// A page of membership requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipRequestList {
    /// The requests
    pub membership_requests: Vec<MembershipRequestBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

impl From<Listing<MembershipRequestView>> for MembershipRequestList {
    fn from(page: Listing<MembershipRequestView>) -> Self {
        Self {
            membership_requests: page.items.iter().map(Into::into).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}
