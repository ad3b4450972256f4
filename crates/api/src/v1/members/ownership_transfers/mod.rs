//! Offers of ownership over HTTP.

mod answer;
mod bodies;
mod create;
mod get;
mod list;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_ownership_transfers, create::create_ownership_transfer))
        .routes(routes!(get::get_ownership_transfer))
        .routes(routes!(answer::accept_ownership_transfer))
        .routes(routes!(answer::decline_ownership_transfer))
        .routes(routes!(answer::cancel_ownership_transfer))
}
