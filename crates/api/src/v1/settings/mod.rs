//! Settings over HTTP.

mod bodies;
mod effective;
mod get;
mod update;

pub(crate) use bodies::{SettingMode, SettingValue};

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get::get_organization_settings, update::update_organization_settings))
        .routes(routes!(effective::get_effective_organization_settings))
}
