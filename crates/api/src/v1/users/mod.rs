//! An organization's users over HTTP (source document 004).

mod bodies;
mod get;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list::list_users)).routes(routes!(get::get_user))
}
