//! `GET /orgs/{org_id}/consumption`

use axum::Json;
use polity_app::consumption::{Asked, UsageView, list};
use polity_domain::consumption::Granularity;
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{OrgPath, largest};

/// What was used of one meter in one month
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgConsumption {
    /// The month, in UTC
    #[schema(example = "2023-11")]
    month: String,
    /// Of what
    #[schema(example = "api_requests")]
    resource: String,
    /// How much
    #[schema(example = 4711)]
    quantity: i64,
}

impl From<UsageView> for OrgConsumption {
    fn from(UsageView { period, usage, .. }: UsageView) -> Self {
        Self { month: period, resource: usage.meter, quantity: usage.quantity }
    }
}

/// Retrieve monthly consumption
///
/// View monthly resource consumption for an organization, the latest month first.
#[utoipa::path(get, path = "/orgs/{org_id}/consumption", operation_id = "get_org_consumption",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The consumption", body = Vec<OrgConsumption>), Problems))]
pub async fn get_org_consumption(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<Vec<OrgConsumption>>, Problem> {
    let asked =
        Asked { granularity: Granularity::Monthly, from: None, to: None, meter: None, children: false };
    let page = list(&op, at.organization()?, asked, &largest()).await?;
    Ok(Json(page.items.into_iter().map(Into::into).collect()))
}
