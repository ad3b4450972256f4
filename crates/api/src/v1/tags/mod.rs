//! Tags over HTTP.

mod attach;
mod bodies;
mod create;
mod delete;
mod detach;
mod get;
mod list;
mod resources;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tags, create::create_tag))
        .routes(routes!(get::get_tag, update::update_tag, delete::delete_tag))
        .routes(routes!(attach::attach_tag))
        .routes(routes!(detach::detach_tag))
        .routes(routes!(resources::list_tag_resources))
}
