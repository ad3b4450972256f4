//! What every list takes.

use serde::Deserialize;
use utoipa::IntoParams;

/// The query parameters of a list. The use case judges them (`polity_app::ListParams`).
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// How many at most; 0 or absent is 50, and more than 1000 is taken as 1000.
    #[param(minimum = 0, default = 50)]
    #[serde(default)]
    pub page_size: Option<i64>,
    /// `next_page_token` of the page before, with all other parameters unchanged.
    #[serde(default)]
    pub page_token: Option<String>,
    /// Which ones, as AIP-160 says: `state = "active" AND display_name:"smith"`.
    #[param(max_length = 4096)]
    #[serde(default)]
    pub filter: Option<String>,
    /// In which order, as AIP-132 says: `display_name,create_time desc`.
    #[serde(default)]
    pub order_by: Option<String>,
    /// Whether to count them all into `total_size`.
    #[param(default = false)]
    #[serde(default)]
    pub show_total: Option<bool>,
}

impl From<ListParams> for polity_app::ListParams {
    fn from(params: ListParams) -> Self {
        Self {
            page_size: params.page_size,
            page_token: params.page_token,
            filter: params.filter,
            order_by: params.order_by,
            show_total: params.show_total.unwrap_or(false),
        }
    }
}
