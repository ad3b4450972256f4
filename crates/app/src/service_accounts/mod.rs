//! Service accounts: making, changing, stopping and deleting them. Whoever lets one work for them, by a key
//! or by enabling it, must be able to grant all that it holds.

mod create;
mod delete;
mod get;
mod list;
mod switch;
mod update;

pub use create::{NewServiceAccount, create};
pub use delete::delete;
pub use get::get;
pub use list::list;
pub use switch::{disable, enable};
pub use update::{ServiceAccountUpdate, update};

use polity_domain::ids::ServiceAccountId;
use polity_domain::service_accounts::ServiceAccount;
use polity_store::Writer;

use crate::AppError;

/// A service account with the revision of its last change.
pub type ServiceAccountView = (ServiceAccount, i64);

/// The unit's own service account with the revision of its last change.
async fn own(unit: &Writer, id: ServiceAccountId) -> Result<ServiceAccountView, AppError> {
    unit.service_accounts().get(id).await?.ok_or_else(AppError::not_found)
}
