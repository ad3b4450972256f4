//! Reading customizations.

use polity_domain::customizations::effective;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::CUSTOMIZATIONS_READ;
use polity_domain::settings::chain;

use super::view::{CustomizationsView, show};
use crate::{AppError, Op};

/// What an organization says of how it looks, and what counts there.
#[tracing::instrument(name = "customizations.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<CustomizationsView, AppError> {
    let reader = op.read(CUSTOMIZATIONS_READ, organization).await?;
    let (current, revision) = reader.customizations().current().await?;
    let chain = chain(reader.customizations().lineage().await?);
    let effective = show(op, organization, effective(&chain)).await?;
    Ok(CustomizationsView { current, revision, effective })
}
