//! `GET /api/v1/regions`

use axum::Json;
use polity_app::regions::{Region, list};
use polity_web::{Caller, PublicProblems};
use serde::Serialize;
use utoipa::ToSchema;

/// A region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionBody {
    /// The resource name
    #[schema(example = "regions/eu")]
    name: String,
    /// The id, as an organization's `region` names it
    #[schema(example = "eu")]
    id: String,
    /// Where it answers
    #[schema(format = "uri", example = "https://iam.eu.example.com")]
    endpoint: String,
    /// Whether it is the one that answers this
    current: bool,
}

/// All regions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionList {
    /// The regions, by id
    regions: Vec<RegionBody>,
}

impl From<Region> for RegionBody {
    fn from(region: Region) -> Self {
        let Region { id, endpoint, here } = region;
        Self { name: format!("regions/{id}"), id, endpoint, current: here }
    }
}

/// List regions
///
/// An organization is provisioned in one region, and answered for at that region's endpoint (source document 000);
/// elsewhere a request for it gets 421 with the right one.
#[utoipa::path(get, path = "/regions", operation_id = "list_regions", tag = "Regions", security(),
    responses((status = 200, description = "The regions", body = RegionList, example = json!({"regions": [
        {"name": "regions/eu", "id": "eu", "endpoint": "https://iam.eu.redsift.cloud", "current": false},
        {"name": "regions/uk", "id": "uk", "endpoint": "https://iam.redsift.cloud", "current": true},
        {"name": "regions/us", "id": "us", "endpoint": "https://iam.us.redsift.cloud", "current": false},
    ]})), PublicProblems))]
pub async fn list_regions(Caller(op): Caller) -> Json<RegionList> {
    Json(RegionList { regions: list(&op).into_iter().map(Into::into).collect() })
}
