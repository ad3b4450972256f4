//! Support access over HTTP.

mod bodies;
mod create;
mod delete;
mod get;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_support_access_grants, create::create_support_access_grant))
        .routes(routes!(get::get_support_access_grant, delete::delete_support_access_grant))
}
