//! `GET /me/organizations`

use axum::Json;
use polity_app::organizations::{MyOrganization, mine};
use polity_web::{Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::OrganizationBody;

/// An organization that you are a member of.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyOrganizationBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// The display names of the roles that you hold on it directly
    #[schema(example = json!(["Owner"]))]
    role_titles: Vec<String>,
    /// Whether you must sign in by its identity provider
    #[schema(example = false)]
    sso_required: bool,
}

/// A page of your organizations.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyOrganizationList {
    /// The organizations
    organizations: Vec<MyOrganizationBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

impl From<MyOrganization> for MyOrganizationBody {
    fn from(mine: MyOrganization) -> Self {
        Self {
            organization: (&mine.view).into(),
            role_titles: mine.role_titles.into_iter().collect(),
            sso_required: mine.sso_required,
        }
    }
}

/// List the organizations that you are a member of
///
/// Only those where you are a member yourself, suspended ones as well. Filter and order as in the list of
/// organizations. A key is a member of nothing: 403 `person_required`.
#[utoipa::path(get, path = "/me/organizations", operation_id = "list_my_organizations", tag = "Organizations",
    params(ListParams),
    responses((status = 200, description = "A page of your organizations", body = MyOrganizationList), Problems))]
pub async fn list_my_organizations(
    Caller(op): Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<MyOrganizationList>, Problem> {
    let page = mine(&op, &params.into()).await?;
    Ok(Json(MyOrganizationList {
        organizations: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
