//! Groups over HTTP.

mod add_member;
mod batch_add;
mod batch_remove;
mod bodies;
mod create;
mod delete;
mod get;
mod get_member;
mod list;
mod list_members;
mod remove_member;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_groups, create::create_group))
        .routes(routes!(get::get_group, update::update_group, delete::delete_group))
        .routes(routes!(list_members::list_group_members, add_member::add_group_member))
        .routes(routes!(batch_add::batch_add_group_members))
        .routes(routes!(batch_remove::batch_remove_group_members))
        .routes(routes!(get_member::get_group_member, remove_member::delete_group_member))
}
