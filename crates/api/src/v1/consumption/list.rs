//! `GET {O}/consumption`

use axum::Json;
use polity_app::consumption::{Asked, UsageView, list};
use polity_domain::consumption::Granularity;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{OrganizationPath, Timestamp, organization_name};

/// Which counters.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsumptionParams {
    /// By day or by month, in UTC; absent: by month.
    #[param(inline)]
    #[serde(default)]
    granularity: Option<GranularityParam>,
    /// Periods that begin at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    from: Option<Timestamp>,
    /// Periods that begin before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    to: Option<Timestamp>,
    /// Of one meter.
    #[param(max_length = 64)]
    #[serde(default)]
    meter: Option<String>,
    /// Whether to list also those of the organizations below that inherit roles.
    #[param(default = false)]
    #[serde(default)]
    include_children: Option<bool>,
}

/// By day or by month.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum GranularityParam {
    /// A row for each day
    Daily,
    /// A row for each month
    Monthly,
}

/// How much was used of one meter in one period.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageBody {
    /// The day or month, in UTC
    #[schema(example = "2026-01")]
    period: String,
    /// What was counted
    #[schema(example = "api_requests")]
    meter: String,
    /// How much
    #[schema(example = 4711)]
    quantity: i64,
    /// How many there may be, as it stands now: of `seats` and `api_keys` where a limit was set
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5000)]
    limit: Option<u64>,
    /// The id of the organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    organization_id: String,
    /// Its resource name
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    organization: String,
}

impl From<UsageView> for UsageBody {
    fn from(view: UsageView) -> Self {
        let UsageView { period, usage, limit } = view;
        Self {
            period,
            meter: usage.meter,
            quantity: usage.quantity,
            limit,
            organization_id: usage.organization_id.to_string(),
            organization: organization_name(usage.organization_id),
        }
    }
}

/// A page of counters.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsumptionList {
    /// The counters
    consumption: Vec<UsageBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// List consumption
///
/// The latest period first, then by organization and meter. Polity counts `api_requests` and `active_members` within
/// about a second, and measures `seats`, `api_keys` and `audit_storage_bytes` every hour. There is nothing to filter
/// or order by but the parameters named here.
#[utoipa::path(get, path = "/organizations/{organization_id}/consumption", operation_id = "list_consumption",
    tag = "Consumption", params(OrganizationPath, ConsumptionParams, ListParams),
    responses((status = 200, description = "A page of counters", body = ConsumptionList), Problems))]
pub async fn list_consumption(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(asked): Params<ConsumptionParams>,
    Params(params): Params<ListParams>,
) -> Result<Json<ConsumptionList>, Problem> {
    let asked = Asked {
        granularity: match asked.granularity {
            Some(GranularityParam::Daily) => Granularity::Daily,
            Some(GranularityParam::Monthly) | None => Granularity::Monthly,
        },
        from: asked.from.map(|from| from.0),
        to: asked.to.map(|to| to.0),
        meter: asked.meter,
        children: asked.include_children.unwrap_or(false),
    };
    let page = list(&op, at.organization_id, asked, &params.into()).await?.map(UsageBody::from);
    Ok(Json(ConsumptionList {
        consumption: page.items,
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
