//! Customizations over HTTP.

mod bodies;
mod effective;
mod get;
mod preview;
mod rollback;
mod update;
mod versions;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get::get_organization_customizations, update::update_organization_customizations))
        .routes(routes!(preview::preview_organization_customizations))
        .routes(routes!(versions::list_organization_customization_versions))
        .routes(routes!(rollback::rollback_organization_customizations))
}
