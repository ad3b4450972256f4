//! What a member may do, and by which ways.

use polity_domain::access::{Circumstances, Path, Snapshot};
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::MEMBERS_READ;
use polity_domain::roles::{Principal, ResourceRef};

use crate::{AppError, Op};

/// A permission that somebody has, with every way by which they have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectivePermission {
    /// `resource.action`.
    pub permission: String,
    /// The ways, nearest first; empty where they were not asked for.
    pub paths: Vec<Path>,
}

/// Everything that a member may do in the organization as a whole, by name.
///
/// # Errors
/// 404 for somebody who is not a member of this very organization.
#[tracing::instrument(name = "members.effective_permissions", skip_all, fields(%organization, %user))]
pub async fn effective_permissions(
    op: &Op,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<EffectivePermission>, AppError> {
    let reader = op.read(MEMBERS_READ, organization).await?;
    if !reader.members().exists(user).await? {
        return Err(AppError::not_found());
    }
    let (snapshot, principal) = (reader.snapshot(), Principal::User(user));
    let when = Circumstances::from(op.now());
    let mut all = effective(snapshot, &principal, organization, None, when);
    for held in &mut all {
        held.find_paths(snapshot, &principal, organization, None, when);
    }
    Ok(all)
}

/// Everything that a principal may do, by name, without the ways.
pub(crate) fn effective(
    snapshot: &Snapshot,
    principal: &Principal,
    organization: OrganizationId,
    resource: Option<&ResourceRef>,
    when: Circumstances<'_>,
) -> Vec<EffectivePermission> {
    let held = snapshot.effective_on(principal, organization, resource, when);
    let names = snapshot.permission_names(&held).map(str::to_owned);
    let mut all: Vec<_> =
        names.map(|permission| EffectivePermission { permission, paths: Vec::new() }).collect();
    all.sort_unstable_by(|one, other| one.permission.cmp(&other.permission));
    all
}

impl EffectivePermission {
    /// Finds every way by which it is held.
    pub(crate) fn find_paths(
        &mut self,
        snapshot: &Snapshot,
        principal: &Principal,
        organization: OrganizationId,
        resource: Option<&ResourceRef>,
        when: Circumstances<'_>,
    ) {
        if let Some(index) = snapshot.catalogue().index(&self.permission) {
            self.paths = snapshot.paths(principal, index, organization, resource, when);
        }
    }
}
