//! Listing offers of ownership.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::listing::{Resolved, read_filter};
use polity_domain::members::OwnershipTransfer;
use polity_domain::permissions::OWNERSHIP_TRANSFER;
use polity_domain::roles::Principal;
use polity_store::Reader;
use polity_store::members::{TRANSFER_FIELDS, TRANSFER_SORTABLE};

use crate::op::Listed;
use crate::{AppError, Caller, Kind, ListParams, Listing, Op};

/// How much the caller sees.
pub(super) enum Sight {
    /// All offers of the organization.
    All,
    /// Those that the caller made or was made.
    Own(UserId),
}

/// An organization's offers of ownership, newest first: all of them for those who may offer the
/// ownership, their own for the other members.
///
/// # Errors
/// 404 for one who is not a member.
#[tracing::instrument(name = "ownership_transfers.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<(OwnershipTransfer, i64)>, AppError> {
    let (reader, sight) = sight(op, organization).await?;
    let listed = Listed {
        name: "ownership_transfers",
        organization: Some(organization),
        fields: &TRANSFER_FIELDS,
        sortable: TRANSFER_SORTABLE,
    };
    let mut request = op.page(&listed, params)?;
    if let Sight::Own(user) = sight {
        let own = format!("from_user = {user} OR to_user = {user}");
        let own = read_filter(&own, &TRANSFER_FIELDS).map_err(AppError::internal)?;
        request.filter = Some(Resolved::And(own.into_iter().chain(request.filter).collect()));
    }
    let page = reader.ownership_transfers().list(&request).await?;
    op.listing(&listed, params, page)
}

/// Opens the offers for reading, as far as the caller may see them.
pub(super) async fn sight(op: &Op, organization: OrganizationId) -> Result<(Reader, Sight), AppError> {
    match op.may(OWNERSHIP_TRANSFER, organization).await {
        Ok(reader) => Ok((reader, Sight::All)),
        Err(error) => {
            // Known here, but no owner: what concerns them is theirs to see.
            let (Kind::Forbidden, Caller::User { user_id, .. }) = (error.kind, op.caller()) else {
                return Err(error);
            };
            let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
            if !snapshot.is_member(&Principal::User(*user_id), organization, op.now()) {
                return Err(error);
            }
            op.check_region(&snapshot, organization)?;
            Ok((op.own_reader("ownership_transfers.read", organization).await?, Sight::Own(*user_id)))
        }
    }
}
