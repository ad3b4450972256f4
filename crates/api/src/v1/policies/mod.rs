//! Policies over HTTP.

mod bodies;
mod create;
mod delete;
mod get;
mod list;
mod test;
mod update;

use std::sync::Arc;

use polity_app::App;
use utoipa_axum::router::OpenApiRouter;

use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list::list_policies, create::create_policy))
        .routes(routes!(test::test_policy))
        .routes(routes!(get::get_policy, update::update_policy, delete::delete_policy))
}
