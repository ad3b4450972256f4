//! Reading limits.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::LIMITS_READ;
use polity_store::Reader;

use super::view::{LimitsView, view};
use crate::{AppError, Kind, Op};

/// The limits of an organization: for its own people, and for those above who may see the limits there,
/// since they set them.
#[tracing::instrument(name = "limits.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<LimitsView, AppError> {
    let reader = match op.read(LIMITS_READ, organization).await {
        Err(error) if matches!(error.kind, Kind::NotFound | Kind::Forbidden) => {
            match from_above(op, organization).await? {
                Some(reader) => reader,
                None => return Err(error),
            }
        }
        opened => opened?,
    };
    let limits = reader.limits();
    let (own, line, usage) = (limits.own().await?, limits.line().await?, limits.usage(op.now()).await?);
    view(op, own, &line, usage).await
}

/// Opens it by the right that somebody has on its parent.
async fn from_above(op: &Op, organization: OrganizationId) -> Result<Option<Reader>, AppError> {
    let Some(snapshot) = op.snapshot(organization).await? else { return Ok(None) };
    let Some(above) = above(&snapshot, organization) else { return Ok(None) };
    let Some(judging) = op.snapshot(above).await? else { return Ok(None) };
    let permit = judging.permit_from(above, &op.principal()?, LIMITS_READ, organization, op.moment());
    Ok(permit.ok().map(|permit| Reader::open(op.store(), permit, snapshot)))
}

/// Who sets an organization's limits: its parent, for a tenant the root, for the root nobody.
pub(super) fn above(snapshot: &Snapshot, organization: OrganizationId) -> Option<OrganizationId> {
    let node = snapshot.node(organization).filter(|_| organization != OrganizationId::ROOT)?;
    Some(node.edge.map_or(OrganizationId::ROOT, |edge| edge.parent))
}
