//! `GET /organizations`

use axum::Json;
use polity_app::organizations::list;
use polity_web::{Caller, ListParams, Params, Problem, Problems};

use super::bodies::OrganizationList;

/// List the organizations that you may see
///
/// A person sees those they may read as a member, and what inherits from there; a key its own, and those
/// below when it holds on descendants. Deleted ones are left out. Newest first. Filter by `id title slug
/// external_id state parent kind region labels create_time update_time`; order by `title slug create_time
/// update_time`.
#[utoipa::path(get, path = "/organizations", operation_id = "list_organizations", tag = "Organizations",
    params(ListParams),
    extensions(("x-codeSamples" = json!([{
        "lang": "Shell",
        "label": "As source document 000 prints it",
        "source": "curl -H \"Authorization: Api-Key YOUR_ORG_API_KEY\" \\\n  https://iam.redsift.cloud/v1/organizations",
    }]))),
    responses((status = 200, description = "A page of organizations", body = OrganizationList), Problems))]
pub async fn list_organizations(
    Caller(op): Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<OrganizationList>, Problem> {
    Ok(Json(list(&op, &params.into()).await?.into()))
}
