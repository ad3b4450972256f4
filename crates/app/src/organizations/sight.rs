//! What a caller may see of all organizations, as the decisions say.

use std::sync::Arc;

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::ORGANIZATIONS_READ;
use polity_domain::roles::Principal;
use polity_store::Reader;
use polity_store::organizations::Sight;

use crate::{AppError, Caller, Op};

/// What the caller may see: a person what they may read as a member and what inherits from there; a key
/// its own organization, and what is below when it holds there.
pub(super) async fn sight(op: &Op) -> Result<Sight, AppError> {
    let principal = op.principal()?;
    let mut sight = Sight::default();
    let mut look = |snapshot: &Snapshot, at| {
        if snapshot.check(&principal, ORGANIZATIONS_READ.index(), at, None, op.moment()).allowed() {
            sight.anchors.push(at);
            if snapshot.allows_below(&principal, ORGANIZATIONS_READ.index(), at, op.moment()) {
                sight.below.push(at);
            }
        }
    };
    match *op.caller() {
        Caller::Anonymous => {}
        Caller::User { user_id, .. } => {
            for (snapshot, organizations) in memberships(op, user_id).await? {
                for at in organizations {
                    look(&snapshot, at);
                }
            }
        }
        Caller::ApiKey { organization_id, .. } => {
            let reader = op.read(ORGANIZATIONS_READ, organization_id).await?;
            look(reader.snapshot(), organization_id);
        }
    }
    Ok(sight)
}

/// What the caller may see from an organization that they may read: also what inherits from it.
pub(super) async fn sight_from(op: &Op, reader: &Reader) -> Result<Sight, AppError> {
    let (top, principal) = (reader.organization(), op.principal()?);
    let mut sight = sight(op).await?;
    if reader.snapshot().allows_below(&principal, ORGANIZATIONS_READ.index(), top, op.moment()) {
        sight.below.push(top);
    }
    Ok(sight)
}

/// The trees in which somebody is a member, each with the organizations where their membership counts.
pub(super) async fn memberships(
    op: &Op,
    user: UserId,
) -> Result<Vec<(Arc<Snapshot>, Vec<OrganizationId>)>, AppError> {
    let principal = Principal::User(user);
    let mut found = Vec::new();
    for organizations in op.store().memberships_of(user).await?.into_values() {
        let Some(first) = organizations.first() else { continue };
        let Some(snapshot) = op.snapshot(*first).await? else { continue };
        let counts = |at: &OrganizationId| snapshot.is_member(&principal, *at, op.now());
        let organizations = organizations.into_iter().filter(counts).collect();
        found.push((snapshot, organizations));
    }
    Ok(found)
}
