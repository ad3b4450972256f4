//! One key.

use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::permissions::API_KEYS_READ;

use super::view::ApiKeyView;
use crate::{AppError, Op};

/// One key of an organization.
#[tracing::instrument(name = "api_keys.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: ApiKeyId) -> Result<ApiKeyView, AppError> {
    let reader = op.read(API_KEYS_READ, organization).await?;
    let (key, revision) = reader.api_keys().get(id).await?.ok_or_else(AppError::not_found)?;
    let uses = reader.api_keys().last_uses(&[id]).await?;
    Ok(ApiKeyView::new(key, revision, &uses, op.now()))
}
