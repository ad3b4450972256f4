//! Asking to be taken in.

use polity_domain::access::Snapshot;
use polity_domain::email::Email;
use polity_domain::ids::{MembershipRequestId, OrganizationId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::organizations::Organization;
use polity_domain::settings::{Policy, chain};
use polity_store::Writer;

use super::view::MembershipRequestView;
use crate::error::Quota;
use crate::identity::me;
use crate::settings::policy;
use crate::{AppError, Op};

/// How many can wait for an answer in one organization.
const MOST_PENDING: u64 = 1_000;
/// How many requests to one organization a person may make in a day, however they end.
const PER_DAY: u64 = 3;
/// A day, in seconds.
const DAY: u32 = 86_400;

/// Asks for the signed-in person to be taken in.
///
/// # Errors
/// 401 for nobody; 403 `person_required` for a key; 404 for an organization that does not let this person ask, the same
/// as for one that never was; 409 `already_member`, `already_requested`, `limit_reached`; 429 after too many in a day.
#[tracing::instrument(name = "membership_requests.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    message: Option<String>,
) -> Result<MembershipRequestView, AppError> {
    let user = me(op).await?;
    let reader = op.own_reader("membership_requests.create", organization).await?;
    let settings = Policy::new(organization, chain(reader.settings().lineage().await?));
    let own = reader.organizations().own().await?.map(|(own, _)| own);
    check_asking(reader.snapshot(), own.as_ref(), &settings, &user.email)?;

    let unit = op.own("membership_requests.create", organization).await?;
    let own = unit.organizations().own().await?.map(|(own, _)| own);
    check_asking(unit.snapshot(), own.as_ref(), &policy(&unit, organization).await?, &user.email)?;
    check_room(op, &unit, user.id).await?;
    let request = MembershipRequest {
        id: MembershipRequestId::from_uuid(op.new_id()),
        organization_id: organization,
        user_id: user.id,
        message,
        ended: None,
        expire_time: op.now().plus_seconds(op.settings().membership_request_ttl_seconds),
        create_time: op.now(),
        update_time: op.now(),
    };
    let revision = unit.commit(Change::MembershipRequestCreated(request.clone())).await?;
    Ok(MembershipRequestView::new(op, reader.title(), request, revision.row(), Some(user)))
}

/// The organization lets somebody of that address ask. To all others it looks as if there were none: neither that it
/// is there is told, nor why it does not want them.
fn check_asking(
    snapshot: &Snapshot,
    own: Option<&Organization>,
    policy: &Policy,
    email: &Email,
) -> Result<(), AppError> {
    let open = own.is_some_and(|own| snapshot.stopped(own.id).is_none() && !own.profile.blocks(email));
    if open && policy.requests_allowed() && policy.admits(email) {
        Ok(())
    } else {
        Err(AppError::not_found())
    }
}

/// The person is no member, has not asked already nor all too often, and not too many wait.
async fn check_room(op: &Op, unit: &Writer, user: UserId) -> Result<(), AppError> {
    if unit.members().exists(user).await? {
        return Err(AppError::conflict("already_member", "This person is a member already."));
    }
    let requests = unit.membership_requests();
    if requests.is_pending_of(user, op.now()).await? {
        let detail = "A request of yours waits for an answer.";
        return Err(AppError::conflict("already_requested", detail));
    }
    if requests.made_since(user, op.now().plus_seconds(-i64::from(DAY))).await? >= PER_DAY {
        let quota = Quota { name: "membership-requests", amount: PER_DAY, window: DAY };
        return Err(AppError::too_many(quota, DAY));
    }
    if requests.count_pending(op.now()).await? >= MOST_PENDING {
        let detail = "The organization has as many waiting requests as it may have.";
        return Err(AppError::conflict("limit_reached", detail));
    }
    Ok(())
}
