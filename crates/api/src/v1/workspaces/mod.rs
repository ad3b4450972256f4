//! Workspaces over HTTP.

mod batch_create;
mod bodies;
mod clone;
mod count_users;
mod create;
mod delete;
mod get;
mod list;
mod mine;
mod preferences;
mod roles;
mod settings;
mod undelete;
mod update;
mod users;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_workspaces, create::create_workspace))
        .routes(routes!(batch_create::batch_create_workspaces))
        .routes(routes!(count_users::count_workspace_users))
        .routes(routes!(get::get_workspace, update::update_workspace, delete::delete_workspace))
        .routes(routes!(undelete::undelete_workspace))
        .routes(routes!(clone::clone_workspace))
        .routes(routes!(roles::list_workspace_roles))
        .routes(routes!(mine::list_my_workspaces))
        .routes(routes!(preferences::get_workspace_preferences, preferences::update_workspace_preferences))
        .routes(routes!(settings::get_workspace_settings, settings::update_workspace_settings))
        .merge(users::routes())
}
