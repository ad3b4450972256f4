//! The three searches, in pages of one revision.

mod actions;
mod page;
mod resources;
mod subjects;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(subjects::search_subjects))
        .routes(routes!(resources::search_resources))
        .routes(routes!(actions::search_actions))
}
