//! The paths, where an id that is none is one that does not exist: the document knows 404 only.

use polity_app::AppError;
use polity_domain::ids::OrganizationId;
use polity_web::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

/// The path of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganisationPath {
    /// The organization's id
    #[param(example = "org_01h455vb4pex5vsknk084sn02q")]
    #[serde(rename = "organisationId")]
    #[param(rename = "organisationId")]
    organisation_id: String,
}

/// The path of a linked account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AccountPath {
    /// The organization's id
    #[param(example = "org_01h455vb4pex5vsknk084sn02q")]
    #[serde(rename = "organisationId")]
    #[param(rename = "organisationId")]
    organisation_id: String,
    /// The account's id
    #[param(example = "org_01h455vb4pex5vsknk084sn03r")]
    #[serde(rename = "accountId")]
    #[param(rename = "accountId")]
    account_id: String,
}

impl OrganisationPath {
    /// The organization.
    pub fn organization(&self) -> Result<OrganizationId, Problem> {
        read(&self.organisation_id)
    }
}

impl AccountPath {
    /// The organization.
    pub fn organization(&self) -> Result<OrganizationId, Problem> {
        read(&self.organisation_id)
    }

    /// The account.
    pub fn account(&self) -> Result<OrganizationId, Problem> {
        read(&self.account_id)
    }
}

fn read(id: &str) -> Result<OrganizationId, Problem> {
    id.parse().map_err(|_| AppError::not_found().into())
}
