//! A service account's JSON.

use polity_app::etag;
use polity_app::service_accounts::ServiceAccountView;
use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, service_account_name};

/// The path of one service account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ServiceAccountPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The service account's id
    #[param(value_type = String, example = "sva_01h455vb4pex5vsknk084sn02q")]
    pub service_account_id: ServiceAccountId,
}

/// What a program is to an organization: roles are assigned to it, and its keys act with what it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/service-accounts/sva_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "sva_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The display name
    #[schema(example = "Nightly import")]
    pub title: String,
    /// What it is for
    #[schema(example = "Brings orders in")]
    pub description: String,
    /// Whether it is stopped: it holds nothing, and its keys are good for nothing
    pub disabled: bool,
    /// When it was made
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

impl From<ServiceAccountView> for ServiceAccountBody {
    fn from((account, _): ServiceAccountView) -> Self {
        Self {
            name: service_account_name(account.organization_id, account.id),
            id: account.id.to_string(),
            title: account.title,
            description: account.description,
            disabled: account.disabled,
            create_time: account.create_time.into(),
            update_time: account.update_time.into(),
        }
    }
}

/// One service account with its tag.
pub fn resource(view: ServiceAccountView) -> Resource<ServiceAccountBody> {
    let tag = etag(view.1);
    Resource::new(ServiceAccountBody::from(view)).etag(tag)
}

/// A page of service accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountList {
    /// The service accounts
    pub service_accounts: Vec<ServiceAccountBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_size: Option<u64>,
}

/// Whether a text can be a service account's description: empty, or one line.
pub fn a_description(text: &str, _: &()) -> garde::Result {
    if text.is_empty() {
        return Ok(());
    }
    polity_domain::text::check_line(text, 500).map_err(garde::Error::new)
}
