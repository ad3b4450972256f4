//! Looking at one request.

use polity_domain::ids::{MembershipRequestId, OrganizationId};
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::permissions::MEMBERSHIP_REQUESTS_READ;

use super::own::own;
use super::view::{MembershipRequestView, views};
use crate::{AppError, Kind, Op};

/// One request: for those who may see the organization's requests, and for who made it.
///
/// # Errors
/// 404 for everybody else.
#[tracing::instrument(name = "membership_requests.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
) -> Result<MembershipRequestView, AppError> {
    let (title, found) = match op.read(MEMBERSHIP_REQUESTS_READ, organization).await {
        Ok(reader) => {
            let found = reader.membership_requests().get(id).await?.ok_or_else(AppError::not_found)?;
            (reader.title().to_owned(), found)
        }
        Err(error) if matches!(error.kind, Kind::NotFound | Kind::Forbidden) => {
            of_caller(op, organization, id).await?.ok_or(error)?
        }
        Err(error) => return Err(error),
    };
    let mut shown = views(op, &title, vec![found]).await?;
    shown.pop().ok_or_else(|| AppError::internal("one request has one view"))
}

/// The caller's own request with the organization's title, unless the organization is stopped.
async fn of_caller(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
) -> Result<Option<(String, (MembershipRequest, i64))>, AppError> {
    let Some(found) = own(op, organization, id).await? else { return Ok(None) };
    let snapshot = op.snapshot(organization).await?.filter(|one| one.stopped(organization).is_none());
    let title = snapshot.and_then(|one| one.node(organization).map(|node| node.title.to_string()));
    Ok(title.map(|title| (title, found)))
}
