//! Letting a child go.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::ORGANIZATIONS_UNLINK;
use polity_domain::roles::{BuiltIn, Principal};
use polity_store::Writer;

use super::create::ownership;
use super::relocate::relocate;
use super::view::OrganizationView;
use crate::{AppError, Op, Outcome};

/// Who owns what is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Owners {
    /// Its own owners; there must be some.
    #[default]
    Own,
    /// Those of the parent become its own where it has none: they lose nothing by letting it go.
    Keep,
}

/// Lets a child go, with everything below it: it becomes top-level, with a ledger of its own. It is the
/// parent's to do, and needs neither a right on the child nor the right to make tenants: what it may have
/// stays limited as it was (`docs/decisions/018-unlinking-takes-the-limits-along.md`).
///
/// # Errors
/// 404 when it is no child of the organization; 409 `last_owner` when only owners above own it,
/// `role_left_behind`, `wrong_state` when it is not active.
#[tracing::instrument(name = "organizations.unlink", skip_all, fields(%organization, %child))]
pub async fn unlink(
    op: &Op,
    organization: OrganizationId,
    child: OrganizationId,
    owners: Owners,
    validate_only: bool,
) -> Result<Outcome<OrganizationView>, AppError> {
    let reader = op.may(ORGANIZATIONS_UNLINK, organization).await?;
    if !reader.snapshot().children(organization).any(|id| id == child) {
        return Err(AppError::not_found());
    }
    let mut unit = op.write_apart(ORGANIZATIONS_UNLINK, organization, child).await?;
    let node = unit.snapshot().node(child).ok_or_else(AppError::not_found)?;
    if node.edge.is_none_or(|edge| edge.parent != organization) {
        return Err(AppError::not_found());
    }
    match unit.snapshot().stopped(child) {
        None => {
            if owners == Owners::Keep {
                keep_owners(op, &mut unit).await?;
            }
            keep_limits(op, &mut unit).await?;
            relocate(op, unit, None, validate_only).await
        }
        Some(polity_domain::access::Denial::Suspended) => {
            Err(polity_domain::organizations::WrongState::NotActive.into())
        }
        Some(_) => Err(AppError::not_found()),
    }
}

/// Makes those who own it by inheritance its own owners, for it and for what below it inherits from it. Their
/// seats are not counted: the organization had these owners before.
async fn keep_owners(op: &Op, unit: &mut Writer) -> Result<(), AppError> {
    let child = unit.organization();
    let before = unit.snapshot().clone();
    if before.owners_of(child).next().is_some() {
        return Ok(());
    }
    for owner in before.owners(child) {
        let [member, role] = ownership(op, child, owner, Joined::Addition);
        match unit.members().get(owner).await?.map(|(member, _)| member) {
            None => unit.record(member).await?,
            // A member already, with other roles; an owner's membership does not end by itself.
            Some(before) if before.expire_time.is_some() => {
                let after = Member { expire_time: None, update_time: op.now(), ..before.clone() };
                unit.record(Change::MemberUpdated(Changed { before, after })).await?;
            }
            Some(_) => {}
        }
        let held = unit.role_assignments();
        let expiring = held.find(&Principal::User(owner), BuiltIn::Owner.id(), None).await?;
        if let Some((expiring, _)) = expiring {
            unit.record(Change::RoleAssignmentDeleted(expiring)).await?;
        }
        unit.record(role).await?;
    }
    Ok(())
}

/// What those above allowed it is granted to it: nobody gets out of limits by being let go. The root stays
/// above it.
async fn keep_limits(op: &Op, unit: &mut Writer) -> Result<(), AppError> {
    let (before, _) = unit.limits().own().await?;
    let line = unit.limits().line().await?;
    let above = line.into_iter().skip(1).filter(|limits| limits.organization_id != OrganizationId::ROOT);
    let after = before.carry(&above.collect::<Vec<_>>(), op.now());
    if after != before {
        unit.record(Change::LimitsUpdated(Changed { before, after })).await?;
    }
    Ok(())
}
