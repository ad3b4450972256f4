//! Letting the platform's staff in.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, SupportAccessGrantId, UserId, WorkspaceId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::SUPPORT_ACCESS_GRANTS_CREATE;
use polity_domain::support_access_grants::{
    MOST_WORKSPACES, SHORTEST_SECONDS, SupportAccess, SupportAccessGrant, SupportScope,
};
use polity_domain::text::check_line;
use polity_store::Writer;

use super::SupportAccessGrantView;
use crate::{AppError, Op};

/// How many grants of an organization can be active: they are kept in memory.
const MOST: usize = 100;
/// How long a grant lasts when nobody says otherwise.
const USUAL_SECONDS: i64 = 86_400;
/// The longest reason.
const REASON: usize = 500;

/// What the new grant is to be.
#[derive(Debug, Clone)]
pub struct NewSupportAccessGrant {
    /// What it lets do.
    pub access: SupportAccess,
    /// Also below the organization, by edges that inherit roles.
    pub descendants: bool,
    /// Only these workspaces; none: the whole organization.
    pub workspaces: Option<Vec<WorkspaceId>>,
    /// Only this person; none: all of the staff.
    pub user: Option<UserId>,
    /// What for.
    pub reason: String,
    /// For how long; none: a day.
    pub ttl_seconds: Option<i64>,
}

/// Lets the platform's staff into an organization that lets the support team in. Nobody gives more by it than they
/// hold themselves, as far as it reaches.
///
/// # Errors
/// 400 for each field that is wrong, and `unknown_workspace`; 403 `cannot_grant`; 409 `support_access_off` when the
/// organization does not prefer to let the support team in, `root_organization`, `limit_reached`.
#[tracing::instrument(name = "support_access_grants.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewSupportAccessGrant,
) -> Result<SupportAccessGrantView, AppError> {
    let (user_id, access) = (new.user, new.access);
    let (ttl_seconds, reason, scope) = check(op, new)?;
    let unit = op.write(SUPPORT_ACCESS_GRANTS_CREATE, organization).await?;
    if organization == OrganizationId::ROOT {
        let detail = "The staff's own organization lets nobody in this way: give them roles there.";
        return Err(AppError::conflict("root_organization", detail));
    }
    let create_time = unit.snapshot().support_granted(organization, op.now()).ok_or_else(off)?;
    check_workspaces(&unit, &scope)?;
    let grant = SupportAccessGrant {
        id: SupportAccessGrantId::from_uuid(op.new_id()),
        organization_id: organization,
        scope,
        access,
        user_id,
        reason,
        creator: op.principal()?,
        ended: None,
        create_time,
        expire_time: op.now().plus_seconds(ttl_seconds),
        update_time: create_time,
    };
    unit.snapshot().may_let_support_in(&op.principal()?, &grant, op.now())?;
    if unit.support_access_grants().active(op.now()).await?.len() >= MOST {
        let detail = format!("An organization has at most {MOST} active support access grants.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let revision = unit.commit(Change::SupportAccessGrantCreated(grant.clone())).await?;
    Ok(SupportAccessGrantView::new((grant, revision.row()), op.now()))
}

fn off() -> AppError {
    let detail = "The organization's preference `support_team_access` is off: turn it on first.";
    AppError::conflict("support_access_off", detail)
}

/// What can be judged without looking: how long, why, how far.
fn check(op: &Op, new: NewSupportAccessGrant) -> Result<(i64, String, SupportScope), AppError> {
    let longest = op.settings().support_access_max_ttl_seconds;
    let ttl_seconds = new.ttl_seconds.unwrap_or_else(|| USUAL_SECONDS.min(longest));
    if !(SHORTEST_SECONDS..=longest).contains(&ttl_seconds) {
        let detail = format!("must be from {SHORTEST_SECONDS} to {longest} seconds");
        return Err(AppError::invalid("/ttl_seconds", "invalid_value", detail));
    }
    check_line(&new.reason, REASON)
        .map_err(|error| AppError::invalid("/reason", "invalid_value", error.to_string()))?;
    let scope = match new.workspaces {
        None => SupportScope::Organization { descendants: new.descendants },
        Some(_) if new.descendants => {
            let detail = "some workspaces reach no farther than themselves";
            return Err(AppError::invalid("/descendants", "invalid_value", detail));
        }
        Some(ids) if ids.is_empty() || ids.len() > MOST_WORKSPACES => {
            let detail = format!("must be 1 to {MOST_WORKSPACES} workspaces");
            return Err(AppError::invalid("/workspaces", "invalid_value", detail));
        }
        Some(ids) => SupportScope::Workspaces { workspace_ids: BTreeSet::from_iter(ids) },
    };
    Ok((ttl_seconds, new.reason, scope))
}

/// The workspaces are the organization's, and live.
fn check_workspaces(unit: &Writer, scope: &SupportScope) -> Result<(), AppError> {
    let mut named = scope.workspaces().into_iter().flatten();
    if named.all(|id| unit.snapshot().has_workspace(unit.organization(), *id)) {
        return Ok(());
    }
    let detail = "one of them is no living workspace of this organization";
    Err(AppError::invalid("/workspaces", "unknown_workspace", detail))
}
