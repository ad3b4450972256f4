//! Making a policy.

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::POLICIES_CREATE;
use polity_domain::policies::Policy;

use super::fields::{NewPolicy, check_fields};
use super::view::PolicyView;
use crate::{AppError, Op};

/// Makes a policy. Enforced, it holds with the answer, there and wherever the organization's roles reach.
///
/// # Errors
/// 400 for each field that is wrong, at `/text` with Cedar's words; 409 `limit_reached`.
#[tracing::instrument(name = "policies.create", skip_all, fields(%organization))]
pub async fn create(op: &Op, organization: OrganizationId, new: NewPolicy) -> Result<PolicyView, AppError> {
    let reader = op.may(POLICIES_CREATE, organization).await?;
    check_fields(op, reader.snapshot(), Some(&new.title), Some(&new.text)).await?;
    let policy = Policy {
        id: PolicyId::from_uuid(op.new_id()),
        organization_id: organization,
        title: new.title,
        mode: new.mode,
        text: new.text,
        create_time: op.now(),
        update_time: op.now(),
    };
    let unit = op.write(POLICIES_CREATE, organization).await?;
    unit.snapshot().check_policy_room(&policy)?;
    let revision = unit.commit(Change::PolicyCreated(policy.clone())).await?;
    Ok(PolicyView::new((policy, revision.row()), None))
}
