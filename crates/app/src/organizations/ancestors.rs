//! What stands above an organization.

use std::collections::HashMap;

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_READ;

use super::view::OrganizationView;
use crate::{AppError, Op};

/// The organizations above one, nearest first, up to the first that the caller may not see: that one and
/// everything above it stay hidden.
#[tracing::instrument(name = "organizations.ancestors", skip_all, fields(%organization))]
pub async fn ancestors(op: &Op, organization: OrganizationId) -> Result<Vec<OrganizationView>, AppError> {
    let reader = op.read(ORGANIZATIONS_READ, organization).await?;
    let (snapshot, principal) = (reader.snapshot(), op.principal()?);
    let above = snapshot.lineage(organization).skip(1).map(|(id, _)| id);
    let seen: Vec<_> = above
        .take_while(|id| {
            snapshot.check(&principal, ORGANIZATIONS_READ.index(), *id, None, op.moment()).allowed()
        })
        .collect();
    let found = reader.organizations().get_many(&seen).await?;
    let mut found: HashMap<_, _> = found.into_iter().map(|found| (found.0.id, found)).collect();
    Ok(seen.iter().filter_map(|id| found.remove(id)).map(Into::into).collect())
}
