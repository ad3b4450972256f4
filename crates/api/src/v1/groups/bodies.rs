//! A group's JSON, and that of who is in it.

use garde::Validate;
use polity_app::etag;
use polity_app::groups::{GroupMemberView, GroupView};
use polity_domain::groups::{GroupMember, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::roles::Principal;
use polity_web::{Problem, Resource};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, group_name};
use crate::v1::principals::PrincipalBody;

/// The path of one group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GroupPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The group's id
    #[param(value_type = String, example = "grp_01h455vb4pex5vsknk084sn02q")]
    pub group_id: GroupId,
}

/// The path of a place in a group.
#[expect(clippy::struct_field_names, reason = "they are the names of the path's parameters")]
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GroupMemberPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The group's id
    #[param(value_type = String, example = "grp_01h455vb4pex5vsknk084sn02q")]
    pub group_id: GroupId,
    /// The id of the user, group or service account that is in it
    #[param(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    #[serde(deserialize_with = "principal")]
    pub principal_id: Principal,
}

fn principal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Principal, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// People, and other groups, under one name: they hold what the group holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBody {
    /// The resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/groups/grp_01h455vb4pex5vsknk084sn02q")]
    pub name: String,
    /// The id
    #[schema(example = "grp_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The display name
    #[schema(example = "Support")]
    pub title: String,
    /// What another system calls it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "crm-4711")]
    pub external_id: Option<String>,
    /// What it is for
    #[schema(example = "Answers customers")]
    pub description: String,
    /// Who looks after it
    pub source: GroupSourceBody,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// Who looks after a group.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupSourceBody {
    /// People, here
    Manual,
    /// Another system, by SCIM
    Scim,
}

impl From<GroupView> for GroupBody {
    fn from((group, _): GroupView) -> Self {
        Self {
            name: group_name(group.organization_id, group.id),
            id: group.id.to_string(),
            title: group.title,
            external_id: group.external_id,
            description: group.description,
            source: match group.source {
                GroupSource::Manual => GroupSourceBody::Manual,
                GroupSource::Scim => GroupSourceBody::Scim,
            },
            create_time: group.create_time.into(),
            update_time: group.update_time.into(),
        }
    }
}

/// One group with its tag.
pub fn resource(view: GroupView) -> Resource<GroupBody> {
    let tag = etag(view.1);
    Resource::new(GroupBody::from(view)).etag(tag)
}

/// A page of groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupList {
    /// The groups
    pub groups: Vec<GroupBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

/// Somebody, or another group, in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMemberBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/groups/grp_01h455vb4pex5vsknk084sn02q/members/user_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id of whoever is in it
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Who is in it
    pub principal: PrincipalBody,
    /// The resource name of the group that they are directly in
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/groups/grp_01h455vb4pex5vsknk084sn02q")]
    pub group: String,
    /// Since when
    pub create_time: Timestamp,
}

impl From<GroupMember> for GroupMemberBody {
    fn from(place: GroupMember) -> Self {
        let group = group_name(place.organization_id, place.group_id);
        Self {
            name: format!("{group}/members/{}", place.member),
            id: place.member.to_string(),
            principal: place.member.into(),
            group,
            create_time: place.create_time.into(),
        }
    }
}

/// A page of who is in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMemberList {
    /// Who is in it
    pub group_members: Vec<GroupMemberBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

/// Those who were put in, in the order of the rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMembersAdded {
    /// Who is in it now
    pub group_members: Vec<GroupMemberBody>,
}

impl From<Vec<GroupMemberView>> for GroupMembersAdded {
    fn from(places: Vec<GroupMemberView>) -> Self {
        Self { group_members: places.into_iter().map(|(place, _)| place.into()).collect() }
    }
}

/// Whom to put in, or to take out.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GroupMemberRow {
    /// A member, another group or a service account of the organization
    #[garde(dive)]
    pub principal: PrincipalBody,
}

/// Whom to put in, or to take out, all at once.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GroupMemberRows {
    /// 1 to 1000 rows
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    members: Vec<GroupMemberRow>,
}

impl GroupMemberRows {
    /// The principals, row by row.
    pub fn read(&self) -> Result<Vec<Principal>, Problem> {
        let rows = self.members.iter().enumerate();
        rows.map(|(row, member)| member.principal.read(&format!("/members/{row}"))).collect()
    }
}

/// Whether a text can be what another system calls something.
pub fn an_external_id(text: &str, _: &()) -> garde::Result {
    polity_domain::organizations::check_external_id(text).map_err(garde::Error::new)
}

/// Whether a text can be a group's description: empty, or one line.
pub fn a_description(text: &str, _: &()) -> garde::Result {
    if text.is_empty() {
        return Ok(());
    }
    polity_domain::text::check_line(text, 500).map_err(garde::Error::new)
}
