//! The JSON of a person of a workspace.

use polity_app::workspaces::users::{UserOf, WorkspaceUser};
use polity_domain::ids::{OrganizationId, UserId, WorkspaceId};
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::workspace_name;
use crate::v1::invitations::PersonBody;
use crate::v1::members::MemberRoleBody;

/// The path of one person of a workspace.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(clippy::struct_field_names, reason = "the path's parameters, as the document names them")]
pub struct WorkspaceUserPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The workspace's id
    #[param(value_type = String, example = "wks_01h455vb4pex5vsknk084sn02q")]
    pub workspace_id: WorkspaceId,
    /// The user's id
    #[param(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub user_id: UserId,
}

impl WorkspaceUserPath {
    /// Whom it names.
    pub fn of(&self) -> UserOf {
        UserOf { organization: self.organization_id, workspace: self.workspace_id, user: self.user_id }
    }
}

/// A person who holds a role on a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceUserBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q/users/user_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The user's id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The person
    pub user: PersonBody,
    /// The roles that they hold on the workspace
    pub roles: Vec<MemberRoleBody>,
    /// The roles that they hold on the whole organization, or inherit there: they reach the workspace as well
    pub organization_roles: Vec<MemberRoleBody>,
}

impl From<WorkspaceUser> for WorkspaceUserBody {
    fn from(shown: WorkspaceUser) -> Self {
        let organization = shown.organization_id;
        let roles =
            |held: Vec<_>| held.into_iter().map(|one| MemberRoleBody::new(organization, one)).collect();
        Self {
            name: format!("{}/users/{}", workspace_name(organization, shown.workspace_id), shown.user.id),
            id: shown.user.id.to_string(),
            user: PersonBody::from(&shown.user),
            roles: roles(shown.roles),
            organization_roles: roles(shown.organization_roles),
        }
    }
}

/// One person with their tag.
pub fn resource(shown: WorkspaceUser) -> Resource<WorkspaceUserBody> {
    let tag = shown.etag();
    Resource::new(WorkspaceUserBody::from(shown)).etag(tag)
}
