//! Reading the access log.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_LOG_READ;
use polity_store::access_log::{Entries, Entry, FIELDS, SORTABLE};

use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// A row of the log.
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// The row.
    pub entry: Entry,
    /// The person's address as it is now, if they are a member somewhere in the tree.
    pub email: Option<String>,
}

/// An organization's access log, the newest first: what was asked about it, and how those signed in who were its
/// members.
#[tracing::instrument(name = "access_log.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<LogEntry>, AppError> {
    let reader = op.read_from_primary(ACCESS_LOG_READ, organization).await?;
    let listed =
        Listed { name: "access_log", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Entries { page, addresses } = reader.access_log().list(&request).await?;
    let listing = op.listing(&listed, params, page)?;
    Ok(listing.map(|entry| {
        let email = entry.user_id.and_then(|user| addresses.get(&user).cloned());
        LogEntry { entry, email }
    }))
}
