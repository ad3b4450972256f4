//! API keys over HTTP.

mod bodies;
mod create;
mod delete;
mod get;
mod list;
mod retire_old_secret;
mod revoke;
mod rotate;
mod update;
mod verify;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) use bodies::api_key_name;
pub(crate) use verify::verify_api_key;

pub(crate) fn questions() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(verify::verify_api_key))
}

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_api_keys, create::create_api_key))
        .routes(routes!(get::get_api_key, update::update_api_key, delete::delete_api_key))
        .routes(routes!(rotate::rotate_api_key))
        .routes(routes!(retire_old_secret::retire_old_api_key_secret))
        .routes(routes!(revoke::revoke_api_key))
}
