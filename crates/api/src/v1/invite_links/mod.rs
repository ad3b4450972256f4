//! Invite links over HTTP.

mod bodies;
mod create;
mod delete;
mod get;
mod holder;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_invite_links, create::create_invite_link))
        .routes(routes!(get::get_invite_link, delete::delete_invite_link))
        .routes(routes!(holder::lookup_invite_link))
        .routes(routes!(holder::join_by_invite_link))
}
