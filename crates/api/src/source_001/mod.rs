//! Source document 001, under `/orgs/{org_id}`: types and calls, no rule of its own.

mod access_log;
mod api_keys;
mod children;
mod children_audit;
mod consumption;
mod customizations;
mod organization;
mod path;
mod tags;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(organization::get_org, organization::update_org, organization::delete_org))
        .routes(routes!(access_log::get_org_access_log))
        .routes(routes!(children_audit::get_org_children_audit))
        .routes(routes!(consumption::get_org_consumption))
        .routes(routes!(customizations::get_org_customizations, customizations::put_org_customizations))
        .routes(routes!(api_keys::list_org_api_keys, api_keys::create_org_api_key))
        .routes(routes!(api_keys::delete_org_api_key))
        .routes(routes!(tags::list_org_tags, tags::create_org_tag))
        .routes(routes!(children::list_org_children))
}
