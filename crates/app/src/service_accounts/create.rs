//! Making a service account.

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::SERVICE_ACCOUNTS_CREATE;
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::text::Title;

use super::ServiceAccountView;
use crate::{AppError, Op};

/// How many service accounts an organization can have: they are kept in memory.
const MOST: u64 = 1_000;

/// What the new service account is to be.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// Its display name.
    pub title: Title,
    /// What it is for.
    pub description: String,
}

/// Makes a service account, which holds nothing and has no key.
///
/// # Errors
/// 409 `limit_reached` at 1000 service accounts.
#[tracing::instrument(name = "service_accounts.create", skip_all, fields(%organization))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    new: NewServiceAccount,
) -> Result<ServiceAccountView, AppError> {
    let unit = op.write(SERVICE_ACCOUNTS_CREATE, organization).await?;
    if unit.service_accounts().count().await? >= MOST {
        let detail = format!("An organization has at most {MOST} service accounts.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let account = ServiceAccount {
        id: ServiceAccountId::from_uuid(op.new_id()),
        organization_id: organization,
        title: new.title.to_string(),
        description: new.description,
        disabled: false,
        create_time: op.now(),
        update_time: op.now(),
    };
    let revision = unit.commit(Change::ServiceAccountCreated(account.clone())).await?;
    Ok((account, revision.row()))
}
