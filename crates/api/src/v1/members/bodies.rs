//! A member's JSON.

use garde::Validate;
use polity_app::AppError;
use polity_app::members::{MemberUpdate, MemberView};
use polity_domain::access::RoleHeld;
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::members::Joined;
use polity_domain::text::Title;
use polity_web::{Maybe, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{
    RoleRef, Timestamp, group_name, invite_link_name, membership_request_name, organization_name, role_name,
};
use crate::v1::invitations::PersonBody;
use crate::v1::role_assignments::ConditionBody;

/// The path of one member.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MemberPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The user's id
    #[param(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub user_id: UserId,
}

/// A person's membership of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/members/user_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The user's id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The person
    pub user: PersonBody,
    /// What they are there
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Head of support")]
    pub title: Option<String>,
    /// The roles on the whole organization: those held directly or by a group, then those inherited from above
    pub roles: Vec<MemberRoleBody>,
    /// How they came in
    pub joined_by: JoinedBody,
    /// The resource name of the invitation by which they came
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// The resource name of the link by which they came
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite_link: Option<String>,
    /// The resource name of the request by which they came
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_request: Option<String>,
    /// When the membership ends, or ended, by itself
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Since when
    pub create_time: Timestamp,
    /// When the membership itself was last changed
    pub update_time: Timestamp,
}

/// A role that a member holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberRoleBody {
    /// The resource name of the role
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/roles/role_00000000000000000000000003")]
    pub role: String,
    /// Its display name
    #[schema(example = "Member")]
    pub title: String,
    /// Whether it is inherited from an organization above
    pub inherited: bool,
    /// The resource name of the organization where it is held
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: String,
    /// The id of the assignment that gives it
    #[schema(example = "asgn_01h455vb4pex5vsknk084sn02q")]
    pub assignment_id: String,
    /// The resource name of the group by which it is held; absent: they hold it themselves
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/groups/grp_01h455vb4pex5vsknk084sn02q")]
    pub group: Option<String>,
    /// When it ends by itself
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Only where this is met
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionBody>,
}

impl MemberRoleBody {
    /// The role as `organization` names it.
    pub fn new(organization: OrganizationId, held: RoleHeld) -> Self {
        Self {
            role: role_name(organization, held.role_id),
            title: held.role_title,
            inherited: held.organization_id != organization,
            organization: organization_name(held.organization_id),
            assignment_id: held.assignment_id.to_string(),
            group: held.group.map(|group| group_name(held.organization_id, group.group_id)),
            expire_time: held.expire_time.map(Into::into),
            condition: held.condition.map(Into::into),
        }
    }
}

/// How a member came in.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JoinedBody {
    /// Made the organization
    Creation,
    /// Accepted an invitation
    Invitation,
    /// Joined by a link
    InviteLink,
    /// Asked, and was taken in
    Request,
    /// Was added by an administrator
    Addition,
    /// Was the first administrator of the instance
    Bootstrap,
}

impl From<MemberView> for MemberBody {
    fn from(view: MemberView) -> Self {
        let member = view.member;
        let organization = member.organization_id;
        let (mut invitation, mut invite_link, mut membership_request) = (None, None, None);
        let joined_by = match member.joined {
            Joined::Creation => JoinedBody::Creation,
            Joined::Addition => JoinedBody::Addition,
            Joined::Bootstrap => JoinedBody::Bootstrap,
            Joined::Invitation { invitation_id } => {
                invitation = Some(format!("{}/invitations/{invitation_id}", organization_name(organization)));
                JoinedBody::Invitation
            }
            Joined::InviteLink { invite_link_id } => {
                invite_link = Some(invite_link_name(organization, invite_link_id));
                JoinedBody::InviteLink
            }
            Joined::Request { membership_request_id } => {
                membership_request = Some(membership_request_name(organization, membership_request_id));
                JoinedBody::Request
            }
        };
        Self {
            name: format!("{}/members/{}", organization_name(organization), member.user_id),
            id: member.user_id.to_string(),
            user: PersonBody::from(&view.user),
            title: member.title,
            roles: view.roles.into_iter().map(|held| MemberRoleBody::new(organization, held)).collect(),
            joined_by,
            invitation,
            invite_link,
            membership_request,
            expire_time: member.expire_time.map(Into::into),
            create_time: member.create_time.into(),
            update_time: member.update_time.into(),
        }
    }
}

/// One member with their tag.
pub fn resource(view: MemberView) -> Resource<MemberBody> {
    let tag = view.etag();
    Resource::new(MemberBody::from(view)).etag(tag)
}

/// What to change of a member; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    /// What they are there; `null` clears it
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Head of support")]
    pub title: Maybe<Title>,
    /// When the membership ends by itself; `null`: never
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Timestamp>)]
    pub expire_time: Maybe<Timestamp>,
    /// Exactly the roles that they hold directly from now on, by id or resource name
    #[serde(default)]
    #[garde(inner(length(max = 100)))]
    #[schema(max_items = 100)]
    pub roles: Option<Vec<RoleRef>>,
}

impl From<MemberPatch> for MemberUpdate {
    fn from(patch: MemberPatch) -> Self {
        Self {
            title: patch.title.change(),
            expire_time: patch.expire_time.map(|time| time.0).change(),
            roles: patch.roles.map(|roles| roles.into_iter().map(|role| role.0).collect()),
        }
    }
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// The members
    pub members: Vec<MemberBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

/// What becomes of one row that is refused.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchParams {
    /// Do what can be done, and say which rows were refused; else it is all or nothing
    #[serde(default)]
    #[param(default = false)]
    pub partial: Option<bool>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberResult {
    /// `DONE` or `REFUSED`
    #[schema(example = "DONE")]
    pub status: &'static str,
    /// The member as they are now, where they were changed
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberBody>,
    /// Why it was refused: a stable code
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "cannot_grant")]
    pub code: Option<&'static str>,
    /// Why it was refused, for a person
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of each row, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberResults {
    /// One for each row
    results: Vec<MemberResult>,
}

impl MemberResults {
    /// The rows; `show` gives what is shown of one that was done.
    pub fn new<T>(rows: Vec<Result<T, AppError>>, show: impl Fn(T) -> Option<MemberBody>) -> Self {
        let results = rows.into_iter().map(|row| match row {
            Ok(done) => MemberResult { status: "DONE", member: show(done), code: None, detail: None },
            Err(error) => MemberResult {
                status: "REFUSED",
                member: None,
                code: Some(error.code),
                detail: Some(error.detail.into_owned()),
            },
        });
        Self { results: results.collect() }
    }
}
