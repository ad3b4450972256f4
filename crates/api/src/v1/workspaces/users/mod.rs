//! The people of a workspace over HTTP.

mod add;
mod bodies;
mod delete;
mod get;
mod list;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list::list_workspace_users, add::add_workspace_user)).routes(routes!(
        get::get_workspace_user,
        update::update_workspace_user,
        delete::delete_workspace_user
    ))
}
