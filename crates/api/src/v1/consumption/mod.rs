//! Consumption over HTTP.

mod list;
mod record;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list::list_consumption)).routes(routes!(record::record_consumption))
}
