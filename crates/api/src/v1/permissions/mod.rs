//! The catalogue of permissions over HTTP.

mod bodies;
mod create;
mod get;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_permissions, create::create_permission))
        .routes(routes!(get::get_permission))
}
