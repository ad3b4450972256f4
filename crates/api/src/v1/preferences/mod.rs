//! Preferences over HTTP.

mod bodies;
mod get;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get::get_organization_preferences, update::update_organization_preferences))
}
