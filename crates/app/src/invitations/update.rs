//! Changing a pending invitation.

use polity_domain::ids::{InvitationId, OrganizationId, RoleId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::INVITATIONS_UPDATE;

use super::create::{check_groups_left, check_ttl, dedup, title_of};
use super::open::write;
use super::view::{InvitationView, Shown};
use crate::role_assignments::check_offer;
use crate::settings::policy_in;
use crate::{AppError, IfMatch, Op};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct InvitationUpdate {
    /// The roles on joining.
    pub roles: Option<Vec<RoleId>>,
    /// How long it stands from now on.
    pub ttl_seconds: Option<i64>,
}

/// Changes what a pending invitation offers.
#[tracing::instrument(name = "invitations.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
    update: InvitationUpdate,
    if_match: &IfMatch,
) -> Result<InvitationView, AppError> {
    let unit = write(op, INVITATIONS_UPDATE, organization, id).await?;
    let title = title_of(&unit);
    let (before, revision) = unit.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let expire_time = match update.ttl_seconds {
        Some(_) => {
            let policy = policy_in(&unit, before.workspace_id).await?;
            Some(op.now().plus_seconds(check_ttl(op, &policy, update.ttl_seconds)?))
        }
        None => None,
    };
    let mut update = update;
    if let Some(roles) = &mut update.roles {
        dedup(roles);
    }
    let roles = update.roles.as_ref().unwrap_or(&before.roles);
    check_offer(op, &unit, before.workspace_id, roles)?;
    check_groups_left(op, &unit, &before.groups)?;
    let after = before.update(update.roles, expire_time, op.principal()?, op.now())?;
    let shown = Shown::before(&unit, &title, &after).await?;
    let revision = unit.commit(Change::InvitationUpdated(Changed { before, after: after.clone() })).await?;
    Ok(shown.undelivered(op, after, revision.row()))
}
