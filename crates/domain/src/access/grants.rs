//! Who may grant what: nobody grants more than they hold.

use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, RoleId};
use crate::permissions::PermissionSet;
use crate::roles::Principal;
use crate::time::Time;

/// A grant was refused because the granter does not hold all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody grants more than they hold; missing: {}", .missing.join(", "))]
pub struct NotGrantable {
    /// The permissions that the granter lacks.
    pub missing: Vec<String>,
}

impl Snapshot {
    /// Whether `granter` may hand out `wanted` in `organization`: all of it is theirs there.
    pub fn may_grant(
        &self,
        granter: &Principal,
        wanted: &PermissionSet,
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        let lacking = wanted.difference(&self.effective(granter, organization, now));
        if lacking.is_empty() {
            Ok(())
        } else {
            Err(NotGrantable { missing: self.permission_names(&lacking).map(str::to_owned).collect() })
        }
    }

    /// Whether `granter` may hand out all of these roles in `organization`. A role that is not known
    /// here allows nothing and is nobody's to refuse: that it exists is checked elsewhere.
    pub fn may_grant_roles(
        &self,
        granter: &Principal,
        roles: &[RoleId],
        organization: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        let mut wanted = PermissionSet::empty();
        roles.iter().filter_map(|role| self.role_permissions(*role)).for_each(|set| wanted.extend(set));
        self.may_grant(granter, &wanted, organization, now)
    }
}
