//! A person of a workspace as doors show them.

use polity_domain::access::{RoleHeld, Snapshot};
use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::MEMBERS_READ;
use polity_domain::roles::{Principal, ResourceRef};
use polity_domain::users::User;

use crate::Op;

/// A person with the roles by which they work in a workspace.
#[derive(Debug, Clone)]
pub struct WorkspaceUser {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// The person.
    pub user: User,
    /// The roles that they hold on the workspace.
    pub roles: Vec<RoleHeld>,
    /// The roles that they hold on the whole organization, or inherit there, and which reach the workspace;
    /// none for a caller who may not see the organization's members.
    pub organization_roles: Vec<RoleHeld>,
}

impl WorkspaceUser {
    /// The person as `snapshot` knows their roles.
    pub(super) fn new(
        op: &Op,
        snapshot: &Snapshot,
        organization_id: OrganizationId,
        workspace_id: WorkspaceId,
        user: User,
    ) -> Self {
        let (now, principal, resource) =
            (op.now(), Principal::User(user.id), ResourceRef::workspace(workspace_id));
        let roles = snapshot.held_roles_on(&principal, organization_id, &resource, now);
        let sees = op.principal().is_ok_and(|caller| {
            snapshot.check(&caller, MEMBERS_READ.index(), organization_id, None, op.moment()).allowed()
        });
        let organization_roles =
            if sees { snapshot.held_roles(&principal, organization_id, now) } else { Vec::new() };
        Self { organization_id, workspace_id, user, roles, organization_roles }
    }

    /// The entity tag. It covers all that is shown.
    pub fn etag(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |text: &str| {
            // Each part with its length, so that no two lists of parts run together alike.
            hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        };
        add(&self.workspace_id.to_string());
        add(&self.user.id.to_string());
        add(&self.user.update_time.micros().to_string());
        for (place, roles) in [("workspace", &self.roles), ("organization", &self.organization_roles)] {
            add(place);
            for role in roles {
                add(&role.assignment_id.to_string());
                add(&role.role_title);
            }
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}
