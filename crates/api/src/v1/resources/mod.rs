//! Applications' resources over HTTP.

mod bodies;
mod delete;
mod get;
mod list;
mod put;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list::list_resources)).routes(routes!(
        get::get_resource,
        put::put_resource,
        delete::delete_resource
    ))
}
