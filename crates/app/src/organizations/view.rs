//! An organization as doors show it.

use polity_domain::organizations::Organization;
use polity_domain::permissions::MEMBERS_READ;
use polity_domain::users::User;

use crate::{AppError, Op};

/// An organization with what a reader wants beside it.
#[derive(Debug, Clone)]
pub struct OrganizationView {
    /// The organization.
    pub organization: Organization,
    /// The revision of its last change.
    pub revision: i64,
    /// Its first owner, for those who may see its members; lists leave it out.
    pub owner: Option<User>,
}

impl From<(Organization, i64)> for OrganizationView {
    fn from((organization, revision): (Organization, i64)) -> Self {
        Self { organization, revision, owner: None }
    }
}

impl OrganizationView {
    /// Its entity tag.
    pub fn etag(&self) -> String {
        crate::etag(self.revision)
    }
}

/// One organization as doors show it, with its owner for those who may see its members.
pub(super) async fn view(op: &Op, organization: Organization, revision: i64) -> Result<OrganizationView, AppError> {
    let snapshot = op.store().snapshot(organization.id).await?;
    let first_owner = snapshot.and_then(|snapshot| {
        let principal = op.principal().ok()?;
        let seen = snapshot.check(&principal, MEMBERS_READ.index(), organization.id, None, op.now()).allowed();
        seen.then(|| snapshot.owners(organization.id).next()).flatten()
    });
    let owner = match first_owner {
        Some(id) => op.store().user(id).await?.map(|(user, _)| user),
        None => None,
    };
    Ok(OrganizationView { organization, revision, owner })
}

/// The revision of what this request's unit has committed last: that of the resource it changed.
pub(super) fn committed(op: &Op) -> i64 {
    op.revision().map_or(0, polity_store::Revision::row)
}
