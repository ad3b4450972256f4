//! Service accounts over HTTP.

mod bodies;
mod create;
mod delete;
mod disable;
mod enable;
mod get;
mod list;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_service_accounts, create::create_service_account))
        .routes(routes!(
            get::get_service_account,
            update::update_service_account,
            delete::delete_service_account
        ))
        .routes(routes!(disable::disable_service_account))
        .routes(routes!(enable::enable_service_account))
}
