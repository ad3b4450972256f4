//! The paths, where an id that is none is one that does not exist, and what every list of the document shares.

use polity_app::{AppError, ListParams};
use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_web::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

/// The path of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrgPath {
    /// The unique identifier for the organization
    #[param(example = "org_01h455vb4pex5vsknk084sn02q")]
    org_id: String,
}

/// The path of a key.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrgKeyPath {
    /// The unique identifier for the organization
    #[param(example = "org_01h455vb4pex5vsknk084sn02q")]
    org_id: String,
    /// The unique identifier for the key
    #[param(example = "key_01h455vb4pex5vsknk084sn02q")]
    key_id: String,
}

impl OrgPath {
    /// The organization.
    pub fn organization(&self) -> Result<OrganizationId, Problem> {
        self.org_id.parse().map_err(|_| AppError::not_found().into())
    }
}

impl OrgKeyPath {
    /// The organization.
    pub fn organization(&self) -> Result<OrganizationId, Problem> {
        self.org_id.parse().map_err(|_| AppError::not_found().into())
    }

    /// The key.
    pub fn key(&self) -> Result<ApiKeyId, Problem> {
        self.key_id.parse().map_err(|_| AppError::not_found().into())
    }
}

/// The document has no pages: the largest there is.
pub fn largest() -> ListParams {
    ListParams { page_size: Some(1_000), ..ListParams::default() }
}
