//! Roles over HTTP.

mod bodies;
mod clone;
mod create;
mod delete;
mod get;
mod holders;
mod list;
mod update;

pub use bodies::RoleList;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_roles, create::create_role))
        .routes(routes!(get::get_role, update::update_role, delete::delete_role))
        .routes(routes!(clone::clone_role))
        .routes(routes!(holders::list_role_holders))
}
