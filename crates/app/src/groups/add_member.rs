//! Putting somebody into a group.

use polity_domain::groups::GroupMember;
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::GROUPS_MANAGE_MEMBERS;
use polity_domain::roles::Principal;
use polity_store::Writer;

use super::{GroupMemberView, own};
use crate::changes::{carry_out, outcome};
use crate::role_assignments::rights;
use crate::{AppError, Op, Outcome};

/// Puts a member, another group or a service account of the organization into a group. Whoever does so must be able
/// to grant all that the group holds, and the groups above it, also to themselves.
///
/// # Errors
/// 400 `unknown_principal`; 403 `cannot_grant`; 404; 409 `already_exists`, `cycle` or `too_deep`.
#[tracing::instrument(name = "groups.add_member", skip_all, fields(%organization, %id))]
pub async fn add_member(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    member: Principal,
    validate_only: bool,
) -> Result<Outcome<GroupMemberView>, AppError> {
    let unit = op.write(GROUPS_MANAGE_MEMBERS, organization).await?;
    own(&unit, id).await?;
    let place = plan(op, &unit, id, member).await?;
    let preview = carry_out(unit, vec![Change::GroupMemberAdded(place.clone())], validate_only).await?;
    let revision = op.revision().map_or(0, polity_store::Revision::row);
    Ok(outcome((place, revision), preview))
}

/// The place that somebody is to get. Everything is checked, nothing is recorded.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    group: GroupId,
    member: Principal,
) -> Result<GroupMember, AppError> {
    let (organization, now) = (unit.organization(), op.now());
    rights(unit).may_join(&op.principal()?, group, organization, now)?;
    check_member(unit, &member).await?;
    if unit.snapshot().is_in_group(organization, group, member) {
        return Err(AppError::conflict("already_exists", "It is in the group already."));
    }
    if let Principal::Group(inner) = member {
        unit.snapshot().check_nesting(organization, group, inner)?;
    }
    Ok(GroupMember { organization_id: organization, group_id: group, member, create_time: now })
}

/// Only members of the organization itself are in its groups, its own groups and service accounts.
async fn check_member(unit: &Writer, member: &Principal) -> Result<(), AppError> {
    let known = match member {
        Principal::User(user) => unit.members().exists(*user).await?,
        Principal::Group(group) => unit.snapshot().has_group(unit.organization(), *group),
        Principal::ServiceAccount(account) => {
            unit.snapshot().has_service_account(unit.organization(), *account)
        }
        Principal::ApiKey(_) | Principal::Anonymous => false,
    };
    if known {
        Ok(())
    } else {
        let detail = "must be a member of the organization, or another group or a service account of it";
        Err(AppError::invalid("/principal/id", "unknown_principal", detail))
    }
}
