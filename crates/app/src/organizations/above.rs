//! What is judged above an organization: at its parent, and for a top-level one at the root.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::{Action, ORGANIZATIONS_READ, Write};
use polity_store::Writer;

use crate::{AppError, Kind, Op};

/// Opens an organization for a change that is its parent's to make.
///
/// # Errors
/// 404 for one who may not know of the organization; 403 for one who does, but lacks the permission
/// above; 409 `root_organization`.
pub(super) async fn write_above(
    op: &Op,
    action: Action<Write>,
    organization: OrganizationId,
) -> Result<Writer, AppError> {
    let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
    let above = snapshot.node(organization).ok_or_else(AppError::not_found)?.edge.map(|edge| edge.parent);
    if organization == OrganizationId::ROOT {
        op.may(action, organization).await?;
        return Err(root_stays());
    }
    let judged_at = above.unwrap_or(OrganizationId::ROOT);
    let unit = match op.write_at(action, judged_at, organization, &[]).await {
        Err(error) if error.kind == Kind::NotFound => {
            let principal = op.principal()?;
            let known =
                snapshot.check(&principal, ORGANIZATIONS_READ.index(), organization, None, op.moment());
            return Err(if known.allowed() { AppError::forbidden(action.name()) } else { error });
        }
        opened => opened?,
    };
    let now_above = unit.snapshot().node(organization).and_then(|node| node.edge).map(|edge| edge.parent);
    if now_above == above { Ok(unit) } else { Err(AppError::busy("the organization moved meanwhile")) }
}

/// The root organization is the instance itself.
pub(super) fn root_stays() -> AppError {
    AppError::conflict(
        "root_organization",
        "The root organization is the instance itself: it stays as it is.",
    )
}
